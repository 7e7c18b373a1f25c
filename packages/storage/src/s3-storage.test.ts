import { randomUUID } from 'node:crypto';
import { createS3Storage } from './lazy-s3-storage.js';
import { startS3Server } from './s3-server.testkit.js';
import { describeStorage } from './storage.testkit.js';

describeStorage(
  'S3',
  async () => {
    const server = await startS3Server(process.env.S3_TEST_SERVER);
    const { endpoint, bucket, credentials } = server;
    const storage = createS3Storage({
      endpoint,
      bucket,
      credentials,
      prefix: `test-${randomUUID()}`,
    });
    return { storage, stop: () => server.stop() };
  },
  { largeBytes: 17 * 1024 * 1024 },
);
