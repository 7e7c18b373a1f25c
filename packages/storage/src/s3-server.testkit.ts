import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, watchProcess } from '@chatlane/processes';
import { until } from '@chatlane/testing';

/** An S3 server for one test, and its keys. */
export interface S3Server {
  endpoint: string;
  bucket: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const program = require.resolve('s3rver/bin/s3rver.js');

/**
 * Starts an S3 server with one bucket.
 *
 * @param given an existing server to use, as `http://<key>:<secret>@<host>:<port>/<bucket>`; default: starts s3rver
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
  const folder = await mkdtemp(join(tmpdir(), 'chatlane-s3rver-'));
  const server = await onFreePort((port) => startOn(port, folder));
  return {
    endpoint: server.endpoint,
    bucket: 'files',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startOn(port: number, folder: string) {
  const where = ['-d', folder, '-a', '127.0.0.1', '-p', String(port)];
  const server = watchProcess(
    spawn(process.execPath, [program, ...where, '--configure-bucket', 'files']),
  );
  let ended = false;
  void server.exited.then(() => (ended = true));
  const endpoint = `http://127.0.0.1:${port}`;
  await until(async () => {
    const answers = await fetch(endpoint).then(Boolean, () => false);
    if (ended) throw new Error(`s3rver did not start: ${server.output()}`);
    return answers;
  }, 'an answer of s3rver');
  return { endpoint, stop: () => server.stop() };
}
