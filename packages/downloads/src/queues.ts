import type { DownloadRequest, ForgetRequest } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { Queue } from 'bullmq';
import { CHORES_QUEUE, DOWNLOADS_QUEUE, fileKeys } from './keys.js';

/** The second queue's jobs: what must not wait behind large files. */
export type Chore =
  | { chore: 'forget'; request: ForgetRequest }
  | { chore: 'close-album'; album: string; batch: number }
  | { chore: 'janitor' };

/** The two queues of the downloads. */
export interface FileQueues {
  downloads: Queue<DownloadRequest>;
  chores: Queue<Chore>;
  close(): Promise<void>;
}

export function openQueues(redis: Redis, name: string): FileQueues {
  const options = {
    connection: redis,
    prefix: fileKeys(name).prefix,
    skipMetasUpdate: true,
    // Awaited once: a Redis away in that moment would make every later command fail too.
    skipVersionCheck: true,
    defaultJobOptions: { removeOnComplete: true },
  };
  const downloads = new Queue<DownloadRequest>(DOWNLOADS_QUEUE, options);
  const chores = new Queue<Chore>(CHORES_QUEUE, options);
  // Every caller sees its own rejection; the queues' own error events repeat them.
  downloads.on('error', () => undefined);
  chores.on('error', () => undefined);
  return {
    downloads,
    chores,
    async close() {
      await Promise.all([downloads.close(), chores.close()]);
    },
  };
}
