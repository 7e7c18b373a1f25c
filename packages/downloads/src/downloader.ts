import type { DownloadRequest } from '@chatlane/contracts';
import { createSteadyWorker } from '@chatlane/redis';
import { createChores } from './chores.js';
import { createContext } from './context.js';
import { createDownloadJobs } from './download-job.js';
import { CHORES_QUEUE, DOWNLOADS_QUEUE } from './keys.js';
import type { DownloaderOptions } from './options.js';
import { openQueues, type Chore } from './queues.js';

/** Takes downloads from the queue: any number of processes run one. */
export interface Downloader {
  start(): Promise<void>;
  /** Takes nothing new, hands back what is being fetched, finishes what is fetched; by force when `deadline` fires. */
  stop(deadline?: AbortSignal): Promise<void>;
}

/** Chores at once in a process: they are short. */
const CHORES_AT_ONCE = 4;

export function createDownloader(options: DownloaderOptions): Downloader {
  const { redis, name } = options;
  const queues = openQueues(redis, name);
  const context = createContext(options, queues);
  const { limits, trouble } = context;
  const jobs = createDownloadJobs(context);
  const settings = {
    prefix: context.keys.prefix,
    lockDuration: limits.leaseMs,
    stalledInterval: limits.leaseMs / 2,
    // Seconds: a job that a dying process had just been called for waits until the next look.
    drainDelay: 2,
    // Killed tries are counted by us: a job is never failed for them by BullMQ.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    removeOnComplete: { count: 0 },
    removeOnFail: { age: Math.ceil(limits.deadLettersMs / 1_000) },
  };
  const chores = createChores(context);
  const shared = {
    redis,
    onTrouble: (error: unknown) => trouble('queue', error),
    onReplaced: (error: Error) => trouble('queue worker replaced', error),
  };
  const workers = [
    createSteadyWorker<DownloadRequest>({
      ...shared,
      queue: DOWNLOADS_QUEUE,
      process: (job, token) => jobs.process(job, token ?? ''),
      settings: { ...settings, concurrency: limits.concurrency },
    }),
    createSteadyWorker<Chore>({
      ...shared,
      queue: CHORES_QUEUE,
      process: (job, token) => chores(job, token ?? ''),
      settings: { ...settings, concurrency: CHORES_AT_ONCE },
    }),
  ];
  let watch: NodeJS.Timeout | undefined;

  /** Puts the schedule right: a Redis that lost its data has lost it. */
  async function schedule(): Promise<void> {
    const { janitorEveryMs: every, botConcurrency } = limits;
    await queues.chores.upsertJobScheduler(
      'janitor',
      { every },
      { name: 'janitor', data: { chore: 'janitor' } },
    );
    await (botConcurrency > 0
      ? queues.downloads.setGlobalConcurrency(botConcurrency)
      : queues.downloads.removeGlobalConcurrency());
  }
  const reschedule = (): void => void schedule().catch((error) => trouble('schedule', error));

  return {
    async start() {
      await schedule();
      redis.on('ready', reschedule);
      watch = setInterval(reschedule, 10 * limits.janitorEveryMs);
      await Promise.all(workers.map((worker) => worker.start()));
    },
    async stop(deadline) {
      redis.off('ready', reschedule);
      clearInterval(watch);
      const closed = Promise.all(workers.map((worker) => worker.stop()));
      jobs.handBack();
      await Promise.race([closed, fired(deadline)]);
      await queues.close();
    },
  };
}

async function fired(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) =>
    signal?.addEventListener('abort', () => resolve(), { once: true }),
  );
}
