import { mkdir } from 'node:fs/promises';
import {
  onFreePort,
  redisIsReady,
  spawnRedis,
  watchProcess,
  type Program,
  type WatchedProcess,
} from '@chatlane/processes';
import type { Part } from './supervisor.js';

/** The private server, as a supervised part. */
export interface PrivateRedis {
  /** The port; known once the server has started. */
  url(): string;
  part: Part<WatchedProcess>;
}

/** A server on a free port that stays the same after a restart. Its data (append-only file) is in `dir`. */
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
