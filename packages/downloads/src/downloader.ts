import type { DownloadRequest } from '@chatlane/contracts';
import { createSteadyWorker } from '@chatlane/redis';
import { createMaintenance } from './maintenance.js';
import { createContext } from './context.js';
import { createDownloadJobs } from './download-job.js';
import { MAINTENANCE_QUEUE, DOWNLOADS_QUEUE } from './keys.js';
import type { DownloaderOptions } from './options.js';
import { openQueues, type MaintenanceJob } from './queues.js';

/** Processes downloads; any number of processes may run one. */
export interface Downloader {
  /** Starts taking jobs. */
  start(): Promise<void>;
  /**
   * Accepts nothing new, hands back running fetches, stores what was fetched; forces the stop when `deadline` is
   * aborted.
   */
  stop(deadline?: AbortSignal): Promise<void>;
}

/** How many maintenance jobs a process runs concurrently; they are short. */
const MAINTENANCE_AT_ONCE = 4;

/** Creates a downloader. It processes nothing before `start`. */
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
    // In seconds. A job that was about to be taken by a dying process waits this long.
    drainDelay: 2,
    // Crashes are counted here; BullMQ must never fail a job because of them.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    removeOnComplete: { count: 0 },
    removeOnFail: { age: Math.ceil(limits.deadLettersMs / 1_000) },
  };
  const maintenance = createMaintenance(context);
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
    createSteadyWorker<MaintenanceJob>({
      ...shared,
      queue: MAINTENANCE_QUEUE,
      process: (job, token) => maintenance(job, token ?? ''),
      settings: { ...settings, concurrency: MAINTENANCE_AT_ONCE },
    }),
  ];
  let watch: NodeJS.Timeout | undefined;

  /** Repairs the schedule, which is lost when Redis loses its data. */
  async function schedule(): Promise<void> {
    const { janitorEveryMs: every, botConcurrency } = limits;
    await queues.maintenance.upsertJobScheduler(
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
