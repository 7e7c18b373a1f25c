import { scheduleLane } from '@chatlane/contracts';
import { createSteadyWorker, type Redis, type SteadyWorker } from '@chatlane/redis';
import { DelayedError, type Job } from 'bullmq';
import type { Intake } from '../intake/intake.js';
import { deploymentKeys, LATER_QUEUE } from '../keys.js';
import type { LaneObserver } from '../observer.js';
import { SCHEDULE_JOB, type LaterJob } from './later-queue.js';

/** How many due events a process pushes in parallel: enough to hide the round trips when many are due together. */
const AT_ONCE = 32;

/** An event whose process died is pushed again after this long. Pushing it twice is harmless. */
const LOCK_MS = 5_000;

const RETRY_MS = 1_000;

/** Options of `createLaterReader`. */
export interface LaterReaderOptions {
  /** Where the events go when they are due. */
  intake: Pick<Intake, 'pushInternal' | 'pushEvent'>;
  /** Callbacks for metrics and logs. Default: none. */
  observer?: Pick<LaneObserver, 'trouble'> | undefined;
}

/** Pushes waiting events into their lanes when they are due. Any number of processes may run one. */
export function createLaterReader(
  redis: Redis,
  name: string,
  { intake, observer }: LaterReaderOptions,
): SteadyWorker {
  async function push({ data, opts, timestamp }: Job<LaterJob>): Promise<void> {
    if ('schedule' in data) return run(data.schedule, opts.prevMillis ?? timestamp);
    const { id, lane, sessionUser, kind, payload } = data;
    await intake.pushInternal({ type: 'internal', id, kind, payload }, lane, sessionUser);
  }

  /** One run may wait for the previous one. Further runs are skipped, so that they do not all run after an outage. */
  async function run(schedule: string, at: number): Promise<void> {
    const lane = scheduleLane(schedule);
    const event = { lane, kind: SCHEDULE_JOB, payload: { name: schedule, at } };
    const stored = await intake.pushEvent(event, { id: String(at), most: 2 });
    if (stored === 'stored' || stored === 'duplicate') return;
    const skipped = new Error(
      `A run of ${schedule} is skipped: one run is not done yet, and another one waits.`,
    );
    observer?.trouble?.('schedules', skipped);
  }

  async function process(job: Job<LaterJob>, token = ''): Promise<void> {
    try {
      await push(job);
    } catch (error) {
      observer?.trouble?.('later', error);
      // If this fails too, the lock of the job expires, and it is processed again.
      await job.moveToDelayed(Date.now() + RETRY_MS * (1 + Math.random()), token);
      throw new DelayedError();
    }
  }

  return createSteadyWorker<LaterJob>({
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
