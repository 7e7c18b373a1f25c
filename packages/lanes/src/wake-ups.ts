import { Queue, type ConnectionOptions } from 'bullmq';
import { deploymentKeys, WAKE_QUEUE } from './keys.js';

/** What a wake-up job carries: lanes that have mail, and the Redis time at which the first of them was woken. */
export interface WakeUpData {
  lanes: string[];
  at: number;
}

/** The most lanes one job carries. */
const LANES_PER_WAKE_UP = 50;

/**
 * Between a push and its wake-up lies one round trip of the ingress, which gives up after a second:
 * a lane woken this recently may still get its wake-up.
 */
export const ON_ITS_WAY_MS = 2_000;

/** Puts wake-ups into the deployment's one queue of them. */
export interface WakeUps {
  /**
   * Has a lane opened. Lanes woken in one turn of the event loop share a job, so that under load
   * the queue's cost is shared, and at rest nothing waits. Resolves when the job is stored.
   */
  wake(lane: string, at: number): Promise<void>;
  /** Has a resting lane opened when its rest is over. */
  wakeAfter(lane: string, at: number, delayMs: number): Promise<void>;
  /** Puts lanes that a worker has no room for back to the front of the queue. */
  giveBack(data: WakeUpData): Promise<void>;
  readonly queue: Queue<WakeUpData>;
  close(): Promise<void>;
}

interface Batch {
  data: WakeUpData;
  stored: Promise<void>;
}

/** `failFast` makes an add reject at once while Redis is away. */
export function createWakeUps(
  connection: ConnectionOptions,
  name: string,
  { failFast = false }: { failFast?: boolean } = {},
): WakeUps {
  const queue = new Queue<WakeUpData>(WAKE_QUEUE, {
    connection,
    prefix: deploymentKeys(name).prefix,
    skipWaitingForReady: failFast,
    // Its answer is awaited once: a Redis away in that moment would make every later add fail too.
    skipVersionCheck: failFast,
    skipMetasUpdate: true,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  // Every caller of add sees its own rejection; the queue's own error events repeat them.
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
      // A little late rather than early: a wake-up before the end of the rest finds nothing to open.
      await queue.add('wake', { lanes: [lane], at }, { delay: delayMs + 5 });
    },
    async giveBack(data) {
      await queue.add('wake', data, { lifo: true });
    },
    queue,
    close: () => queue.close(),
  };
}
