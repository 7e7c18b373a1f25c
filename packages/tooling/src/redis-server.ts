import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateRedis } from './redis/locate.js';
import { redisIsReady, spawnRedis } from './redis/spawn.js';

/** A private redis-server on loopback. */
export interface RedisServer {
  url: string;
  port: number;
  /** Its data folder. */
  dir: string;
  /** The server's own process: signals sent to it reach Redis itself. */
  process: ChildProcess;
  /** Ends the server (SIGKILL) and removes its folder, unless the folder was given by the caller. */
  stop(): Promise<void>;
}

/**
 * Starts a redis-server; ready when this resolves. It ends with this process at the latest.
 *
 * @param args added to its command line
 * @param place a port and a folder to keep, so that a server can be ended and started again with its
 *   data (`args` then want `--appendonly yes`). Default: a free port and a temporary folder.
 * @throws Error when the machine has no server program (`npm test` gets one)
 */
export async function startRedisServer(
  args: readonly string[] = [],
  place: { port?: number; dir?: string } = {},
): Promise<RedisServer> {
  const program = locateRedis();
  if (!program) throw new Error('no redis-server on PATH; `npm test` gets one, run it once');
  const dir = place.dir ?? (await mkdtemp(join(tmpdir(), 'chatlane-redis-')));
  await mkdir(dir, { recursive: true });
  const port = place.port ?? (await freePort());
  const server = spawnRedis(program, { port, dir, args });
  server.stdout?.resume();
  server.stderr?.resume();
  async function stop() {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
    if (place.dir === undefined) await rm(dir, { recursive: true, force: true });
  }
  try {
    await redisIsReady(server, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, port, dir, process: server, stop };
}

/**
 * A redis-server and a connection to it, for all tests of a file:
 * `const { redis, stop } = await startRedisWith(connectRedis); afterAll(stop);`
 *
 * @param connect `connectRedis` of @chatlane/redis, or what calls it otherwise
 * @param args added to the server's command line
 */
export async function startRedisWith<Connection extends { disconnect(): void }>(
  connect: (options: { url: string; name: string; whenDown: 'wait' }) => Connection,
  args: readonly string[] = [],
): Promise<{ server: RedisServer; redis: Connection; stop: () => Promise<void> }> {
  const server = await startRedisServer(args);
  const redis = connect({ url: server.url, name: 'test', whenDown: 'wait' });
  async function stop() {
    redis.disconnect();
    await server.stop();
  }
  return { server, redis, stop };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  await once(socket, 'close');
  return port;
}
