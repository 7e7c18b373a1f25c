import { createSteadyWorker, type Redis, type SteadyWorker } from '@chatlane/redis';
import { deploymentKeys, WAKE_QUEUE } from '../keys.js';
import type { WakeUpData } from '../wake-ups.js';

/** Wake-ups that a worker processes at once: enough to hide the queue's round trips. */
const AT_ONCE = 4;

/** A wake-up whose worker died is processed again after this long. Processing it twice is harmless. */
const LOCK_MS = 5_000;

/** Options of `createWakeUpReader`. */
export interface WakeUpReaderOptions {
  redis: Redis;
  name: string;
  /** Resolves when the wake-up is done and the worker can take another. */
  take(wakeUp: WakeUpData): Promise<void>;
  onTrouble: (error: unknown) => void;
  /** Called when the reader has stopped taking wake-ups and was replaced. */
  onReplaced: (error: Error) => void;
}

/** Takes wake-ups from the deployment's queue. */
export function createWakeUpReader(options: WakeUpReaderOptions): SteadyWorker {
  const { redis, name, onTrouble, onReplaced } = options;
  return createSteadyWorker<WakeUpData>({
    redis,
    queue: WAKE_QUEUE,
    process: (job) => options.take(job.data),
    settings: {
      prefix: deploymentKeys(name).prefix,
      concurrency: AT_ONCE,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      // A wake-up must never fail permanently, because its lanes have mail.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
    onTrouble,
    onReplaced,
    listen: (worker) => worker.on('failed', (_job, error) => onTrouble(error)),
  });
}
