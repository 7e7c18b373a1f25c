import type { DownloadRequest, ForgetRequest } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { Queue } from 'bullmq';
import { MAINTENANCE_QUEUE, DOWNLOADS_QUEUE, fileKeys } from './keys.js';

/** The jobs of the maintenance queue, which is separate so that they do not wait behind large files. */
export type MaintenanceJob =
  | { chore: 'forget'; request: ForgetRequest }
  | { chore: 'close-album'; album: string; batch: number }
  | { chore: 'janitor' };

/** The two queues of the downloads. */
export interface FileQueues {
  downloads: Queue<DownloadRequest>;
  maintenance: Queue<MaintenanceJob>;
  close(): Promise<void>;
}

export function openQueues(redis: Redis, name: string): FileQueues {
  const options = {
    connection: redis,
    prefix: fileKeys(name).prefix,
    skipMetasUpdate: true,
    // BullMQ checks the version only once: a failure at that moment would make every later command fail.
    skipVersionCheck: true,
    defaultJobOptions: { removeOnComplete: true },
  };
  const downloads = new Queue<DownloadRequest>(DOWNLOADS_QUEUE, options);
  const maintenance = new Queue<MaintenanceJob>(MAINTENANCE_QUEUE, options);
  // Every caller gets its own rejection; the queues' error events only repeat those.
  downloads.on('error', () => undefined);
  maintenance.on('error', () => undefined);
  return {
    downloads,
    maintenance,
    async close() {
      await Promise.all([downloads.close(), maintenance.close()]);
    },
  };
}
