import type { Redis } from '@chatlane/redis';
import { Worker } from 'bullmq';
import { closeWorker } from './close-worker.js';
import { WAKE_QUEUE, type PartitionKeys } from './keys.js';
import type { Partitions } from './partition.js';
import type { WakeUpData } from './wake-ups.js';

/** Wake-ups one worker has in hand at once, per partition: enough to hide the queue's round trips. */
const AT_ONCE = 4;

/** A wake-up whose worker died is read again after this long. Reading one twice is harmless. */
const LOCK_MS = 5_000;

export interface WakeUpReaderOptions {
  redis: Redis;
  partitions: Partitions;
  /** Resolves when the wake-up is done with and there is room for another. */
  take(wakeUp: WakeUpData, partition: PartitionKeys): Promise<void>;
  onTrouble: (error: unknown) => void;
}

/** Takes wake-ups from the queues of all partitions. */
export function createWakeUpReader(options: WakeUpReaderOptions): {
  start(): Promise<void>;
  stop(): Promise<void>;
} {
  const workers: Worker<WakeUpData>[] = [];
  return {
    async start() {
      for (const partition of options.partitions.all) {
        const worker = new Worker<WakeUpData>(
          WAKE_QUEUE,
          (job) => options.take(job.data, partition),
          {
            connection: options.redis,
            prefix: partition.prefix,
            concurrency: AT_ONCE,
            lockDuration: LOCK_MS,
            stalledInterval: LOCK_MS,
            // A wake-up is never failed for good: the lanes it names have mail.
            maxStalledCount: Number.MAX_SAFE_INTEGER,
            removeOnComplete: { count: 0 },
            removeOnFail: { count: 0 },
          },
        );
        worker.on('error', options.onTrouble);
        worker.on('failed', (_job, error) => options.onTrouble(error));
        workers.push(worker);
      }
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    async stop() {
      await Promise.all(workers.map((worker) => closeWorker(worker, options.redis)));
    },
  };
}
