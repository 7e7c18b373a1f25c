import type { ChildProcess } from 'node:child_process';
import events from 'node:events';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { obtainRedis, onFreePort, redisIsReady, spawnRedis } from '@chatlane/processes';

const place = Symbol.for('@chatlane/testkit: the private Redis');

/** The test files that jest runs in one process share only the objects of Node's own modules. */
const shared = events as unknown as Record<symbol, Promise<string> | undefined>;

/**
 * Resolves to the URL of this process's own Redis, which is started on first use. It stores nothing on disk, ends with
 * this process, and does not keep it alive.
 *
 * @throws NoRedisError that says how to install Redis
 */
export function privateRedis(): Promise<string> {
  shared[place] ??= start().catch((error: unknown) => {
    shared[place] = undefined;
    throw error;
  });
  return shared[place];
}

async function start(): Promise<string> {
  const program = await obtainRedis(() => undefined);
  return onFreePort(async (port) => {
    const server = spawnRedis(program, { port, dir: tmpdir(), args: [] });
    server.stdout?.resume();
    server.stderr?.resume();
    await redisIsReady(server, port);
    release(server);
    return `redis://127.0.0.1:${port}`;
  });
}

function release(server: ChildProcess): void {
  server.unref();
  for (const stream of [server.stdin, server.stdout, server.stderr]) {
    (stream as Socket | null)?.unref();
  }
}
