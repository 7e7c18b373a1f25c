import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3';
import { createS3Storage } from './lazy-s3-storage.js';
import { createS3Clients } from './s3-clients.js';
import { startS3Proxy, type S3Proxy } from './s3-proxy.testkit.js';
import { startS3Server, type S3Server } from './s3-server.testkit.js';
import type { S3StorageOptions } from './s3-options.js';
import { createSamples, type Sample } from './storage.testkit.js';
import type { FileStorage } from './storage.js';

/** s3rver can neither list nor abort uploads, and checks signatures only in part. */
const isWholeServer = Boolean(process.env.S3_TEST_SERVER);

/** Two parts. */
const large = 9 * 1024 * 1024;

let server: S3Server;
let proxy: S3Proxy;
let samples: Awaited<ReturnType<typeof createSamples>>;
let prefix: string;
let storage: FileStorage;
let sample: Sample;

beforeAll(async () => {
  server = await startS3Server(process.env.S3_TEST_SERVER);
  samples = await createSamples();
});

beforeEach(async () => {
  proxy = await startS3Proxy(server.endpoint);
  prefix = `test-${randomUUID()}`;
  storage = open({});
  sample = await samples.make(large);
});

afterEach(async () => {
  await storage.close();
  await proxy.stop();
});

afterAll(async () => {
  await samples.remove();
  await server.stop();
});

function open(options: Partial<S3StorageOptions>): FileStorage {
  const { bucket, credentials } = server;
  return createS3Storage({ endpoint: proxy.endpoint, bucket, credentials, prefix, ...options });
}

const seen = (form: RegExp) => proxy.passed.filter(({ line }) => form.test(line));
const parts = /^PUT .*partNumber=/;
const aborts = /^DELETE .*uploadId=/;

/** Expects that the storage has no part of the file, that uploads were withdrawn, and that the source still exists. */
async function expectNothingLeft(): Promise<void> {
  expect(await storage.stat(sample.key)).toBeUndefined();
  expect(existsSync(sample.path)).toBe(true);
  expect(seen(aborts).length).toBeGreaterThan(0);
  if (isWholeServer) expect(await unfinished()).toBe(0);
}

async function unfinished(): Promise<number> {
  const client: S3Client = createS3Clients({ ...server, endpoint: proxy.endpoint }).client;
  const found = await client.send(
    new ListMultipartUploadsCommand({ Bucket: server.bucket, Prefix: prefix }),
  );
  client.destroy();
  return found.Uploads?.length ?? 0;
}

describe('an upload to S3', () => {
  it('is withdrawn when a part cannot be sent', async () => {
    proxy.cut = (line) => line.includes('partNumber=2');
    await expect(storage.put(sample.key, sample, sample.about)).rejects.toThrow();
    await expectNothingLeft();
    proxy.cut = () => false;
    await storage.put(sample.key, sample, sample.about);
    expect(await storage.stat(sample.key)).toEqual({ size: large });
  });

  it('is withdrawn when it cannot be completed', async () => {
    proxy.cut = (line) => /^POST .*uploadId=/.test(line);
    await expect(storage.put(sample.key, sample, sample.about)).rejects.toThrow();
    await expectNothingLeft();
  });

  it('is withdrawn before put rejects when it is aborted', async () => {
    // Two parts are sent concurrently: the third is still unread when the first starts.
    sample = await samples.make(2.5 * large);
    const controller = new AbortController();
    proxy.cut = (line) => {
      if (line.includes('partNumber=1')) controller.abort(new Error('stopping'));
      return false;
    };
    const { signal } = controller;
    const put = storage.put(sample.key, sample, sample.about, { signal });
    await expect(put).rejects.toThrow('stopping');
    await expectNothingLeft();
    const [abort] = seen(aborts);
    expect(abort?.meanwhile.filter((line) => parts.test(line))).toEqual([]);
  });

  it('requests encryption, and no checksum that only Amazon supports', async () => {
    const small = await samples.make(10);
    storage = open({ encryption: 'aws:kms', kmsKeyId: 'a-key' });
    proxy.cut = (line) => line.startsWith('P');
    await expect(storage.put(small.key, small, small.about)).rejects.toThrow();
    await expect(storage.put(sample.key, sample, sample.about)).rejects.toThrow();
    const begun = [...seen(/^PUT/), ...seen(/^POST .*uploads/)];
    expect(begun.length).toBeGreaterThan(1);
    for (const { headers } of begun) {
      expect(headers['x-amz-server-side-encryption']).toBe('aws:kms');
      expect(headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe('a-key');
      expect(Object.keys(headers).join()).not.toMatch(/x-amz-(checksum|trailer|sdk-checksum)/);
    }
    for (const { headers } of seen(/^PUT/)) {
      expect(headers['x-amz-content-sha256']).toBe(small.about.sha256);
    }
  });
});

describe('the S3 storage', () => {
  it('creates links that save a page instead of running it', async () => {
    const page = await samples.make(Buffer.from('<script>alert(1)</script>'));
    await storage.put(page.key, page, page.about);
    const name = 'ü"\r\n/../<b>.html';
    const link = await storage.link?.(page.key, { expiresInSeconds: 60, name, type: 'text/html' });
    const answer = await fetch(link ?? '');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w ._-]+";/);
    expect(await answer.text()).toBe('<script>alert(1)</script>');
  });

  it('explains what to do when the bucket or the server does not exist', async () => {
    const nowhere = open({ bucket: 'elsewhere' });
    await expect(nowhere.check()).rejects.toThrow('the bucket elsewhere does not exist: create it');
    await nowhere.close();
    const gone = open({ endpoint: 'http://127.0.0.1:1' });
    await expect(gone.check()).rejects.toThrow('cannot be reached: set S3_ENDPOINT');
    await gone.close();
  });
});

if (isWholeServer) {
  describe('a complete S3 server', () => {
    it('rejects wrong keys, which the error explains', async () => {
      const credentials = { ...server.credentials, secretAccessKey: 'wrong' };
      const stranger = open({ credentials });
      await expect(stranger.check()).rejects.toThrow('rejects the keys');
      await stranger.close();
    });

    it('rejects a modified link', async () => {
      const small = await samples.make(10);
      await storage.put(small.key, small, small.about);
      const about = { expiresInSeconds: 60, name: 'a.txt', type: 'text/html' };
      const link = await storage.link?.(small.key, about);
      expect((await fetch(link ?? '')).status).toBe(200);
      expect((await fetch((link ?? '').replace('octet-stream', 'html'))).status).toBe(403);
    });

    it('removes unfinished uploads once they are old enough', async () => {
      proxy.cut = (line) => line.includes('partNumber=2') || aborts.test(line);
      await expect(storage.put(sample.key, sample, sample.about)).rejects.toThrow();
      proxy.cut = () => false;
      expect(await unfinished()).toBe(1);
      expect(await storage.removeLeftovers(60_000)).toBe(0);
      expect(await storage.removeLeftovers(-60_000)).toBe(1);
      expect(await unfinished()).toBe(0);
    });
  });
}
