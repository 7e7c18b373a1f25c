import { Queue, type ConnectionOptions } from 'bullmq';
import { WAKE_QUEUE, type PartitionKeys } from './keys.js';
import type { Partitions } from './partition.js';

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

/** Puts wake-ups into the queues of the partitions. */
export interface WakeUps {
  /**
   * Has a lane opened. Lanes woken in one turn of the event loop share a job, so that under load
   * the queue's cost is shared, and at rest nothing waits. Resolves when the job is stored.
   */
  wake(lane: string, at: number): Promise<void>;
  /** Has a resting lane opened when its rest is over. */
  wakeAfter(lane: string, at: number, delayMs: number): Promise<void>;
  /** Puts lanes that a worker has no room for back to the front of the queue. */
  giveBack(data: WakeUpData, partition: PartitionKeys): Promise<void>;
  queue(partition: PartitionKeys): Queue<WakeUpData>;
  close(): Promise<void>;
}

interface Batch {
  data: WakeUpData;
  stored: Promise<void>;
}

/** `connection` is shared by the queues; `failFast` makes an add reject at once while Redis is away. */
export function createWakeUps(
  partitions: Partitions,
  connection: ConnectionOptions,
  { failFast = false }: { failFast?: boolean } = {},
): WakeUps {
  const queues = new Map<PartitionKeys, Queue<WakeUpData>>();
  const open = new Map<PartitionKeys, Batch>();

  function queue(partition: PartitionKeys): Queue<WakeUpData> {
    let existing = queues.get(partition);
    if (!existing) {
      existing = new Queue<WakeUpData>(WAKE_QUEUE, {
        connection,
        prefix: partition.prefix,
        skipWaitingForReady: failFast,
        // Its answer is awaited once: a Redis away in that moment would make every later add fail too.
        skipVersionCheck: failFast,
        skipMetasUpdate: true,
        defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
      });
      // Every caller of add sees its own rejection; the queue's own error events repeat them.
      existing.on('error', () => undefined);
      queues.set(partition, existing);
    }
    return existing;
  }

  function wake(lane: string, at: number): Promise<void> {
    const partition = partitions.of(lane);
    let batch = open.get(partition);
    if (!batch || batch.data.lanes.length >= LANES_PER_WAKE_UP) {
      const data: WakeUpData = { lanes: [], at };
      const started: Batch = {
        data,
        stored: new Promise((resolve, reject) => {
          setImmediate(() => {
            if (open.get(partition) === started) open.delete(partition);
            queue(partition)
              .add('wake', data)
              .then(() => resolve(), reject);
          });
        }),
      };
      batch = started;
      open.set(partition, batch);
    }
    batch.data.lanes.push(lane);
    batch.data.at = Math.min(batch.data.at, at);
    return batch.stored;
  }

  return {
    wake,
    async wakeAfter(lane, at, delayMs) {
      // A little late rather than early: a wake-up before the end of the rest finds nothing to open.
      await queue(partitions.of(lane)).add('wake', { lanes: [lane], at }, { delay: delayMs + 5 });
    },
    async giveBack(data, partition) {
      await queue(partition).add('wake', data, { lifo: true });
    },
    queue,
    async close() {
      await Promise.all([...queues.values()].map((each) => each.close()));
    },
  };
}
