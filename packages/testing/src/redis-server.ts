import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, locateRedis, redisIsReady, spawnRedis } from '@chatlane/processes';

/** A private redis-server on loopback. */
export interface RedisServer {
  /** The server's address. */
  url: string;
  /** The loopback port. */
  port: number;
  /** The data folder. */
  dir: string;
  /** The server's process, so signals sent to it reach Redis itself. */
  process: ChildProcess;
  /** Kills the server and removes its folder, unless the caller provided the folder. */
  stop(): Promise<void>;
}

/** Added to the server's command line. A function, which may choose ports, is called again if a port was taken. */
export type RedisArgs = readonly string[] | (() => Promise<readonly string[]>);

/**
 * Starts a redis-server; it is ready when this resolves, and ends with this process at the latest.
 *
 * @param place a fixed port and folder, so that a server can be restarted with its data (`args` then need
 *   `--appendonly yes`). Default: a free port and a temporary folder.
 * @throws Error if the machine has no server program (`npm test` installs one)
 */
export async function startRedisServer(
  args: RedisArgs = [],
  place: { port?: number; dir?: string } = {},
): Promise<RedisServer> {
  const dir = place.dir ?? (await mkdtemp(join(tmpdir(), 'chatlane-redis-')));
  await mkdir(dir, { recursive: true });
  const removeDir = (): Promise<void> =>
    place.dir === undefined ? rm(dir, { recursive: true, force: true }) : Promise.resolve();
  const start = async (port: number): Promise<RedisServer> => {
    const server = await startOn(port, dir, typeof args === 'function' ? await args() : args);
    const stop = (): Promise<void> => end(server).then(removeDir);
    return { url: `redis://127.0.0.1:${port}`, port, dir, process: server, stop };
  };
  try {
    return await (place.port === undefined ? onFreePort(start) : start(place.port));
  } catch (error) {
    await removeDir();
    throw error;
  }
}

async function startOn(port: number, dir: string, args: readonly string[]): Promise<ChildProcess> {
  const program = locateRedis();
  if (!program)
    throw new Error('there is no redis-server on PATH; run `npm test` once to install it');
  const server = spawnRedis(program, { port, dir, args });
  server.stdout?.resume();
  server.stderr?.resume();
  try {
    await redisIsReady(server, port);
    return server;
  } catch (error) {
    await end(server);
    throw error;
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

/**
 * Starts a redis-server and connects to it, for all tests of a file:
 * `const { redis, stop } = await startRedisWith(connectRedis); afterAll(stop);`
 *
 * @param connect `connectRedis` of @chatlane/redis, or a function that calls it with other options
 */
export async function startRedisWith<Connection extends { disconnect(): void }>(
  connect: (options: { url: string; name: string; whenDown: 'wait' }) => Connection,
  args: RedisArgs = [],
): Promise<{ server: RedisServer; redis: Connection; stop: () => Promise<void> }> {
  const server = await startRedisServer(args);
  const redis = connect({ url: server.url, name: 'test', whenDown: 'wait' });
  async function stop() {
    redis.disconnect();
    await server.stop();
  }
  return { server, redis, stop };
}
