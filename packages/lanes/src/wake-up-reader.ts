import { createSteadyWorker, type Redis } from '@chatlane/redis';
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
  /** A partition's reader had stopped taking wake-ups; a new one reads. */
  onReplaced: (error: Error) => void;
}

/** Takes wake-ups from the queues of all partitions. */
export function createWakeUpReader(options: WakeUpReaderOptions): {
  start(): Promise<void>;
  stop(): Promise<void>;
} {
  const { redis, partitions, onTrouble, onReplaced } = options;
  const readers = partitions.all.map((partition) =>
    createSteadyWorker<WakeUpData>({
      redis,
      queue: WAKE_QUEUE,
      process: (job) => options.take(job.data, partition),
      settings: {
        prefix: partition.prefix,
        concurrency: AT_ONCE,
        lockDuration: LOCK_MS,
        stalledInterval: LOCK_MS,
        // A wake-up is never failed for good: the lanes it names have mail.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
      onTrouble,
      onReplaced,
      listen: (worker) => worker.on('failed', (_job, error) => onTrouble(error)),
    }),
  );
  return {
    async start() {
      await Promise.all(readers.map((reader) => reader.start()));
    },
    async stop() {
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };
}
