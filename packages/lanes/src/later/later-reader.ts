import type { WaitingEvent } from '@chatlane/contracts';
import { createSteadyWorker, type Redis, type SteadyWorker } from '@chatlane/redis';
import { DelayedError, type Job } from 'bullmq';
import type { Intake } from '../intake/intake.js';
import { deploymentKeys, LATER_QUEUE } from '../keys.js';
import type { LaneObserver } from '../observer.js';

/** Due events that a process pushes at once: enough to hide the round trips of a minute in which many are due. */
const AT_ONCE = 32;

/** An event whose process died is pushed again after this long. Pushing it twice is harmless. */
const LOCK_MS = 5_000;

const RETRY_MS = 1_000;

/** Options of `createLaterReader`. */
export interface LaterReaderOptions {
  /** Where the events go when they are due. */
  intake: Pick<Intake, 'pushInternal'>;
  /** Callbacks for metrics and logs. Default: none. */
  observer?: Pick<LaneObserver, 'trouble'> | undefined;
}

/** Pushes waiting events into their lanes when they are due. Any number of processes may run one. */
export function createLaterReader(
  redis: Redis,
  name: string,
  { intake, observer }: LaterReaderOptions,
): SteadyWorker {
  async function push({ id, lane, sessionUser, kind, payload }: WaitingEvent): Promise<void> {
    await intake.pushInternal({ type: 'internal', id, kind, payload }, lane, sessionUser);
  }

  async function process(job: Job<WaitingEvent>, token = ''): Promise<void> {
    try {
      await push(job.data);
    } catch (error) {
      observer?.trouble?.('later', error);
      // If this fails too, the lock of the job expires, and it is processed again.
      await job.moveToDelayed(Date.now() + RETRY_MS * (1 + Math.random()), token);
      throw new DelayedError();
    }
  }

  return createSteadyWorker<WaitingEvent>({
    redis,
    queue: LATER_QUEUE,
    process,
    settings: {
      prefix: deploymentKeys(name).prefix,
      concurrency: AT_ONCE,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      // An event must never fail permanently, because it was promised.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      removeOnComplete: { count: 0 },
    },
    onTrouble: (error) => observer?.trouble?.('later', error),
    onReplaced: (error) => observer?.trouble?.('later reader replaced', error),
  });
}
