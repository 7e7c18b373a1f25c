import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@chatlane/tooling';

/** An S3 server of the test's own, and the keys that it takes. */
export interface S3Server {
  endpoint: string;
  bucket: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const program = require.resolve('s3rver/bin/s3rver.js');

/**
 * An S3 server with one bucket.
 * @param given one to run the tests against, as `http://<key>:<secret>@<host>:<port>/<bucket>`; default: s3rver.
 */
export function startS3Server(given: string | undefined): Promise<S3Server> {
  return given ? Promise.resolve(serverAt(new URL(given))) : startS3rver();
}

function serverAt(url: URL): S3Server {
  return {
    endpoint: url.origin,
    bucket: url.pathname.slice(1),
    credentials: {
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
    },
    stop: () => Promise.resolve(),
  };
}

async function startS3rver(): Promise<S3Server> {
  const [port, folder] = await Promise.all([
    freePort(),
    mkdtemp(join(tmpdir(), 'chatlane-s3rver-')),
  ]);
  const where = ['-d', folder, '-a', '127.0.0.1', '-p', String(port)];
  const child = spawn(process.execPath, [program, ...where, '--configure-bucket', 'files'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await fetch(endpoint).then(Boolean, () => false))) {
    if (child.exitCode !== null) throw new Error('s3rver did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.stdout.resume();
  return {
    endpoint,
    bucket: 'files',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    async stop() {
      child.kill();
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
