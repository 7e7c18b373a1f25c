import type { Redis } from '@chatlane/redis';
import { createDownloader, type Downloader, type DownloaderOptions } from '../src/index.js';

/** A downloader that is killed at one of its steps: afterwards, nothing it does has any effect. */
export interface KillableDownloader {
  isDead(): boolean;
  /** The number of steps so far. */
  steps(): number;
  downloader: Downloader;
  /** Releases the connections that a killed process would have lost. */
  bury(): void;
}

/**
 * @param diesAt its last step, counting all Redis commands, fetches, puts and notifications: the step takes effect, but
 *   its answer is lost
 */
export function createKillable(
  options: DownloaderOptions,
  redis: Redis,
  diesAt: number,
): KillableDownloader {
  let steps = 0;
  let counting = false;
  let dead = false;
  const others: Redis[] = [];
  let giveUp = (_error: Error): void => undefined;
  /** What every operation of a dead process waits for. */
  const never = new Promise<never>((_resolve, reject) => (giveUp = reject));
  never.catch(() => undefined);

  /** Performs one step; the last one may take effect, but never returns. */
  async function step<T>(take: () => Promise<T>): Promise<T> {
    if (dead) return never;
    if (counting) steps += 1;
    if (!counting || steps < diesAt) {
      const answer = await take();
      return dead ? never : answer;
    }
    dead = true;
    for (const other of others) other.disconnect();
    await take();
    return never;
  }

  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = ((command: never, ...rest: never[]) => {
    const { name } = command as { name: string };
    // Its connection is established like any other.
    if (name === 'info') return send(command, ...rest);
    return step(() => send(command, ...rest) as Promise<unknown>);
  }) as typeof redis.sendCommand;
  const duplicate = redis.duplicate.bind(redis) as (...args: never[]) => Redis;
  redis.duplicate = ((...args: never[]) => {
    const other = duplicate(...args);
    others.push(other);
    return other;
  }) as typeof redis.duplicate;

  const made = createDownloader({
    ...options,
    redis,
    observer: {},
    fetchFile: (...args) => step(() => options.fetchFile(...args)),
    storage: {
      put: (...args) => step(() => options.storage.put(...args)),
      delete: (...args) => step(() => options.storage.delete(...args)),
    },
    notify: (...args) => step(() => options.notify(...args)),
  });
  return {
    isDead: () => dead,
    steps: () => steps,
    downloader: {
      async start() {
        await made.start();
        counting = true;
      },
      stop: (deadline) => made.stop(deadline),
    },
    bury() {
      giveUp(new Error('It is dead.'));
      void made.stop(AbortSignal.abort()).catch(() => undefined);
    },
  };
}
