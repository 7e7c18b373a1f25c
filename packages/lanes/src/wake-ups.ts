import { Queue, type ConnectionOptions } from 'bullmq';
import { deploymentKeys, WAKE_QUEUE } from './keys.js';

/** The data of a wake-up job: lanes that have mail, and the Redis time at which the first of them was woken. */
export interface WakeUpData {
  lanes: string[];
  at: number;
}

/** The most lanes in one job. */
const LANES_PER_WAKE_UP = 50;

/**
 * A lane that was woken less than this long ago may still get its wake-up: the ingress adds it in a second round trip
 * after the push, and gives up after a second.
 */
export const ON_ITS_WAY_MS = 2_000;

/** Adds wake-ups to the deployment's queue. */
export interface WakeUps {
  /**
   * Wakes a lane. Lanes that are woken in the same iteration of the event loop share a job, which makes the queue cheap
   * under load and delays nothing otherwise. Resolves when the job is stored. `at`: Redis time in milliseconds.
   */
  wake(lane: string, at: number): Promise<void>;
  /** Wakes a resting lane when its rest is over. */
  wakeAfter(lane: string, at: number, delayMs: number): Promise<void>;
  /** Returns lanes to the front of the queue when a worker has no free turn slots for them. */
  giveBack(data: WakeUpData): Promise<void>;
  readonly queue: Queue<WakeUpData>;
  close(): Promise<void>;
}

interface Batch {
  data: WakeUpData;
  stored: Promise<void>;
}

/** @param failFast makes adds reject at once while Redis is unavailable */
export function createWakeUps(
  connection: ConnectionOptions,
  name: string,
  { failFast = false }: { failFast?: boolean } = {},
): WakeUps {
  const queue = new Queue<WakeUpData>(WAKE_QUEUE, {
    connection,
    prefix: deploymentKeys(name).prefix,
    skipWaitingForReady: failFast,
    // BullMQ checks the version once and keeps the result: if that check fails, every later add fails too.
    skipVersionCheck: failFast,
    skipMetasUpdate: true,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  // Every caller of add gets its own rejection; the queue's error events only repeat those.
  queue.on('error', () => undefined);
  let open: Batch | undefined;

  function wake(lane: string, at: number): Promise<void> {
    if (!open || open.data.lanes.length >= LANES_PER_WAKE_UP) {
      const data: WakeUpData = { lanes: [], at };
      const started: Batch = {
        data,
        stored: new Promise((resolve, reject) => {
          setImmediate(() => {
            if (open === started) open = undefined;
            queue.add('wake', data).then(() => resolve(), reject);
          });
        }),
      };
      open = started;
    }
    open.data.lanes.push(lane);
    open.data.at = Math.min(open.data.at, at);
    return open.stored;
  }

  return {
    wake,
    async wakeAfter(lane, at, delayMs) {
      // Slightly late rather than early, because a wake-up before the end of the rest would not open the lane.
      await queue.add('wake', { lanes: [lane], at }, { delay: delayMs + 5 });
    },
    async giveBack(data) {
      await queue.add('wake', data, { lifo: true });
    },
    queue,
    close: () => queue.close(),
  };
}
