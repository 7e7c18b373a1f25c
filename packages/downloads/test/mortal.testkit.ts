import type { Redis } from '@chatlane/redis';
import { createDownloader, type Downloader, type DownloaderOptions } from '../src/index.js';

/** A downloader that dies at one of its steps, as a process does: nothing it does after that reaches anybody. */
export interface MortalDownloader {
  isDead(): boolean;
  /** Steps it has taken so far. */
  steps(): number;
  downloader: Downloader;
  /** Lets go of what a dead process would not have any more. */
  bury(): void;
}

/**
 * @param diesAt the step, of all commands to Redis, fetches, puts and tells, that is its last: it has its effect, and its
 *   answer reaches nobody
 */
export function createMortal(
  options: DownloaderOptions,
  redis: Redis,
  diesAt: number,
): MortalDownloader {
  let steps = 0;
  let counting = false;
  let dead = false;
  const others: Redis[] = [];
  let giveUp = (_error: Error): void => undefined;
  /** What everything waits for in a process that is gone. */
  const never = new Promise<never>((_resolve, reject) => (giveUp = reject));
  never.catch(() => undefined);

  /** Takes one step; the last one is taken or not, and never answers. */
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
    // Its connection comes up like any other's.
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
    tell: (...args) => step(() => options.tell(...args)),
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
