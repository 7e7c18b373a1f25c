import { createS3Storage } from './lazy-s3-storage.js';
import { startS3rver } from './s3rver.testkit.js';
import { describeStorage } from './storage.testkit.js';

describeStorage(
  'S3',
  async () => {
    const server = await startS3rver();
    const { endpoint, bucket, credentials } = server;
    const storage = createS3Storage({ endpoint, bucket, credentials, prefix: 'bot' });
    return { storage, stop: () => server.stop() };
  },
  { largeBytes: 17 * 1024 * 1024 },
);
