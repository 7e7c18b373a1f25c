import type { Redis } from '@chatlane/redis';
import { fileKeys } from './keys.js';
import { openQueues } from './queues.js';
import { ageScript } from './scripts.js';

/** Figures about the downloads. */
export interface DownloadStats {
  /** Jobs that are not running: those in the queue, and those delayed. */
  waiting: number;
  /** Jobs that wait for the time of their next attempt. */
  delayed: number;
  /** Jobs that are running. */
  active: number;
  /** Failed, and kept for an operator. */
  dead: number;
  /** How long the oldest open request has been waiting for its result; 0 when none is open. */
  oldestMs: number;
}

/** Reads the figures with a few short commands. */
export function createDownloadStats(options: { redis: Redis; name: string }): {
  read(): Promise<DownloadStats>;
  close(): Promise<void>;
} {
  const { redis, name } = options;
  const keys = fileKeys(name);
  const queues = openQueues(redis, name);
  return {
    async read() {
      const states = ['wait', 'prioritized', 'delayed', 'active', 'failed'] as const;
      const counts = await queues.downloads.getJobCounts(...states);
      const oldestMs = (await ageScript.run(redis, keys.scope, [])) ?? 0;
      return {
        waiting: (counts.wait ?? 0) + (counts.prioritized ?? 0),
        delayed: counts.delayed ?? 0,
        active: counts.active ?? 0,
        dead: counts.failed ?? 0,
        oldestMs,
      };
    },
    close: () => queues.close(),
  };
}
