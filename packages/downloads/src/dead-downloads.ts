import type { DownloadRequest } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { Job } from 'bullmq';
import { fileKeys } from './keys.js';
import { openQueues } from './queues.js';
import { reopenScript } from './scripts.js';

/** A download that was given up as `unavailable`, kept whole. */
export interface DeadDownload {
  request: DownloadRequest;
  /** Milliseconds since 1970. */
  failedAt: number;
  /** The last error by its name and code, and how many tries there were: no texts of anybody's. */
  why: string;
}

/** For an operator. */
export interface DeadDownloads {
  /** The latest first. */
  list(limit: number): Promise<DeadDownload[]>;
  count(): Promise<number>;
  get(id: string): Promise<DeadDownload | undefined>;
  /**
   * Has it tried again, with all its attempts, as one more round: the event it ends with comes in addition to the one
   * that it was given up with.
   *
   * @returns false: there is none of that id, or its failure has not been told yet (the rest of its album is missing)
   */
  retry(id: string): Promise<boolean>;
  /** Forgets it for good. @returns false: there is none of that id */
  purge(id: string): Promise<boolean>;
  close(): Promise<void>;
}

export function createDeadDownloads(options: { redis: Redis; name: string }): DeadDownloads {
  const { redis, name } = options;
  const keys = fileKeys(name);
  const queues = openQueues(redis, name);

  async function find(id: string): Promise<Job<DownloadRequest> | undefined> {
    const job = (await queues.downloads.getJob(id)) as Job<DownloadRequest> | undefined;
    return job && (await job.isFailed()) ? job : undefined;
  }

  return {
    async list(limit) {
      return (await queues.downloads.getFailed(0, limit - 1)).map(read);
    },
    count: () => queues.downloads.getFailedCount(),
    async get(id) {
      const job = await find(id);
      return job && read(job);
    },
    async retry(id) {
      const job = await find(id);
      if (!job) return false;
      const { userId, requestedAt } = job.data;
      if (!(await reopenScript.run(redis, keys.scope, [id, userId, requestedAt]))) return false;
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
      return true;
    },
    async purge(id) {
      if (!(await find(id))) return false;
      return (await queues.downloads.remove(id)) === 1;
    },
    close: () => queues.close(),
  };
}

function read({ data, finishedOn, failedReason }: Job<DownloadRequest>): DeadDownload {
  return { request: data, failedAt: finishedOn ?? 0, why: failedReason };
}
