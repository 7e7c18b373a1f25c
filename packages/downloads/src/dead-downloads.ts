import type { DownloadRequest } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { Job } from 'bullmq';
import { fileKeys } from './keys.js';
import { openQueues } from './queues.js';
import { reopenScript } from './scripts.js';

/** A download that failed as `unavailable`, with its request. */
export interface DeadDownload {
  /** The request, as the bot made it. */
  request: DownloadRequest;
  /** Milliseconds since 1970. */
  failedAt: number;
  /** The name and code of the last error, and the number of attempts; nothing that users wrote. */
  why: string;
}

/** Failed downloads, for an operator. */
export interface DeadDownloads {
  /** Newest first; of one user, or of all. */
  list(limit: number, userId?: number): Promise<DeadDownload[]>;
  /** The number of failed downloads; of one user, or of all. */
  count(userId?: number): Promise<number>;
  /** Undefined when no failed download has this id. */
  get(id: string): Promise<DeadDownload | undefined>;
  /**
   * Retries the download as a new round with all its attempts. The round ends with an event of its own, in addition to
   * that of the failure.
   *
   * @returns false when it does not exist, or its failure was not delivered yet because its album is incomplete
   */
  retry(id: string): Promise<boolean>;
  /** Deletes it permanently. @returns false when it does not exist */
  purge(id: string): Promise<boolean>;
  /** Closes the queue. The Redis connection it was given stays open. */
  close(): Promise<void>;
}

/** How many jobs are read at a time. */
const AT_ONCE = 200;

/** Opens the failed downloads of a deployment. Close it when done. */
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
      // A job that was removed in between is read as undefined.
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
