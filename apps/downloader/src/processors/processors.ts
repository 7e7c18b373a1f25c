import type { DownloadRequest, StoredFile } from '@chatlane/contracts';
import { createSteadyWorker } from '@chatlane/redis';
import { Queue } from 'bullmq';
import { createProcessJob, type Processing, type ProcessingContext } from './process-job.js';

export interface ProcessorsOptions extends ProcessingContext {
  /** Concurrent processes. */
  concurrency: number;
  leaseMs: number;
}

/** Runs the requested processors on stored files, on any number of downloaders. */
export interface Processors {
  /** Idempotent per request and processor. */
  add(request: DownloadRequest, file: StoredFile): Promise<void>;
  start(): Promise<void>;
  /** Kills running processors and hands their jobs back: another process starts them again. */
  stop(): Promise<void>;
}

const QUEUE = 'processing';
const priorities = { high: 1, normal: 2, low: 3 };
/** Older work folders were left by a dead process; no run takes this long. */
const LEFTOVER_MS = 3_600_000;

export function createProcessors(options: ProcessorsOptions): Processors {
  const { redis, name, concurrency, leaseMs, folders, observer } = options;
  const prefix = `{${name}}`;
  const queue = new Queue<Processing>(QUEUE, {
    connection: redis,
    prefix,
    skipMetasUpdate: true,
    defaultJobOptions: { removeOnComplete: true },
  });
  // Errors also reject the calls, whose callers handle them.
  queue.on('error', () => undefined);
  const process = createProcessJob(options);
  const stopping = new AbortController();
  const running = new Map<string, AbortController>();
  const worker = createSteadyWorker<Processing>({
    redis,
    queue: QUEUE,
    async process(job, token) {
      const lost = new AbortController();
      running.set(job.id ?? '', lost);
      try {
        await process(job, token ?? '', AbortSignal.any([stopping.signal, lost.signal]));
      } finally {
        running.delete(job.id ?? '');
      }
    },
    settings: {
      prefix,
      concurrency,
      lockDuration: leaseMs,
      stalledInterval: leaseMs / 2,
      drainDelay: 2,
      // Crashes are counted here: if BullMQ failed the job, no event would be sent.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    },
    onTrouble: (error) => observer.trouble('processing queue', error),
    onReplaced: (error) => observer.trouble('processing worker replaced', error),
    // Another process has taken over the job by now.
    listen: (each) =>
      each.on('lockRenewalFailed', (ids) => ids.forEach((id) => running.get(id)?.abort())),
  });
  let timer: NodeJS.Timeout | undefined;

  const clear = (): Promise<void> =>
    folders.removeLeftovers(LEFTOVER_MS).catch((error) => observer.trouble('clear away', error));

  return {
    async add(request, file) {
      for (const processor of new Set(request.processors)) {
        const jobId = `${request.id}.${encodeURIComponent(processor)}`;
        const priority = priorities[request.priority] ?? priorities.normal;
        await queue.add('process', { request, file, processor }, { jobId, priority });
      }
    },
    async start() {
      await clear();
      timer = setInterval(() => void clear(), LEFTOVER_MS);
      await worker.start();
    },
    async stop() {
      clearInterval(timer);
      const closed = worker.stop();
      stopping.abort();
      await closed;
      await queue.close();
    },
  };
}
