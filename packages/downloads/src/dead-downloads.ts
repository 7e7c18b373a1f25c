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
  /** The latest first; of one user, or of all. */
  list(limit: number, userId?: number): Promise<DeadDownload[]>;
  count(userId?: number): Promise<number>;
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

/** Jobs read in one go. */
const AT_ONCE = 200;

export function createDeadDownloads(options: { redis: Redis; name: string }): DeadDownloads {
  const { redis, name } = options;
  const keys = fileKeys(name);
  const queues = openQueues(redis, name);

  async function find(id: string): Promise<Job<DownloadRequest> | undefined> {
    const job = (await queues.downloads.getJob(id)) as Job<DownloadRequest> | undefined;
    return job && (await job.isFailed()) ? job : undefined;
  }

  async function list(limit: number, userId?: number): Promise<DeadDownload[]> {
    const found: DeadDownload[] = [];
    for (let from = 0; ; from += AT_ONCE) {
      const jobs = await queues.downloads.getFailed(from, from + AT_ONCE - 1);
      // One that was removed in between is read as nothing.
      for (const job of jobs.filter(Boolean)) {
        if (userId !== undefined && job.data.userId !== userId) continue;
        if (found.push(read(job)) >= limit) return found;
      }
      if (jobs.length < AT_ONCE) return found;
    }
  }

  return {
    list,
    async count(userId) {
      if (userId === undefined) return queues.downloads.getFailedCount();
      return (await list(Infinity, userId)).length;
    },
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
