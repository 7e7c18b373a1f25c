import type { Redis } from '@chatlane/redis';
import { createKillable } from '@chatlane/testing';
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
export function createKillableDownloader(
  options: DownloaderOptions,
  redis: Redis,
  diesAt: number,
): KillableDownloader {
  let steps = 0;
  const { isDead, arm, take, bury } = createKillable(redis, {
    stepOf: (name) => name,
    isLast: () => (steps += 1) >= diesAt,
  });
  const made = createDownloader({
    ...options,
    redis,
    observer: {},
    fetchFile: (...args) => take('fetchFile', () => options.fetchFile(...args)),
    storage: {
      put: (...args) => take('put', () => options.storage.put(...args)),
      delete: (...args) => take('delete', () => options.storage.delete(...args)),
    },
    notify: (...args) => take('notify', () => options.notify(...args)),
  });
  return {
    isDead,
    steps: () => steps,
    downloader: {
      async start() {
        await made.start();
        arm();
      },
      stop: (deadline) => made.stop(deadline),
    },
    bury() {
      bury();
      void made.stop(AbortSignal.abort()).catch(() => undefined);
    },
  };
}
