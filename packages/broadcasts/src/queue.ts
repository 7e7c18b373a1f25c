import type { Redis } from '@chatlane/redis';
import { Queue } from 'bullmq';
import { BROADCASTS_QUEUE, broadcastKeys } from './keys.js';

/** A wake-up: a broadcast that should run, or the search for broadcasts whose wake-up was lost. */
export type BroadcastJob = { id: number } | { sweep: true };

/** The queue of wake-ups. A wake-up is a hint: losing or repeating one costs time, and nothing else. */
export type BroadcastQueue = Queue<BroadcastJob>;

export function openBroadcastQueue(redis: Redis, name: string): BroadcastQueue {
  const queue = new Queue<BroadcastJob>(BROADCASTS_QUEUE, {
    connection: redis,
    prefix: broadcastKeys(name).prefix,
    skipMetasUpdate: true,
    // BullMQ checks the version only once: a failure at that moment would make every later command fail.
    skipVersionCheck: true,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  // Callers get their own rejections, which the queue's error events repeat.
  queue.on('error', () => undefined);
  return queue;
}

/** Wakes a runner for a broadcast, now or after a delay in milliseconds. */
export async function wake(queue: BroadcastQueue, id: number, delay = 0): Promise<void> {
  await queue.add('run', { id }, { delay });
}
