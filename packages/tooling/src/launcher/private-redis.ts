import { mkdir } from 'node:fs/promises';
import { onFreePort } from '../ports.js';
import { redisAdvice } from '../redis/advice.js';
import { canUnpack } from '../debian/unpack.js';
import type { Program } from '../debian/unpacked.js';
import { locateRedis, unpackedFolder } from '../redis/locate.js';
import { redisIsReady, spawnRedis } from '../redis/spawn.js';
import { unpackRedis } from '../redis/unpack-redis.js';
import { watchProcess, type WatchedProcess } from '../watched-process.js';
import type { Part } from './keeper.js';
import { LaunchError } from './launch-error.js';

/** The private server, as a part the launcher keeps running. */
export interface PrivateRedis {
  /** Known once it has started. */
  url(): string;
  part: Part<WatchedProcess>;
}

/** A Redis server program: this machine's, or Debian's packages unpacked. @throws LaunchError with what to type */
export async function obtainRedis(
  say: (text: string) => void,
  path: string = process.env['PATH'] ?? '',
  folder: string = unpackedFolder,
): Promise<Program> {
  const found = locateRedis(path, folder);
  if (found) return found;
  const faults: string[] = [];
  if (canUnpack(path)) {
    say(
      'No Redis here yet: fetching the packages into .chatlane/redis-server (nothing is installed)',
    );
    try {
      return await unpackRedis(folder, path);
    } catch (error) {
      faults.push(`Fetching Redis' packages failed: ${(error as Error).message}`);
    }
  }
  throw new LaunchError([...faults, redisAdvice(path)], 1);
}

/** A server on a free port, the same after each restart, whose data (append-only file) outlives it in `dir`. */
export function createPrivateRedis(
  program: Program,
  options: { dir: string; onLine: (line: string) => void },
): PrivateRedis {
  const { dir, onLine } = options;
  const args = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
  let kept: number | undefined;

  async function startOn(port: number, signal: AbortSignal): Promise<WatchedProcess> {
    await mkdir(dir, { recursive: true });
    const child = spawnRedis(program, { port, dir, args });
    const watched = watchProcess(child, onLine);
    const giveUp = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      await redisIsReady(child, port);
      kept = port;
      return watched;
    } catch (error) {
      await watched.stop();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  return {
    url: () => `redis://127.0.0.1:${kept}`,
    part: {
      name: 'redis',
      start: (signal) =>
        kept === undefined ? onFreePort((port) => startOn(port, signal)) : startOn(kept, signal),
    },
  };
}
