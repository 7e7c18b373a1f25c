import type { WaitingEvent } from '@chatlane/contracts';
import { createReplicatedWrites, type Redis } from '@chatlane/redis';
import { Queue } from 'bullmq';
import { deploymentKeys, LATER_QUEUE } from '../keys.js';

/** Events of committed turns that wait until they are due. */
export interface LaterQueue {
  /**
   * Adds an event. Idempotent by its id. Resolves once Redis, and the replicas if configured, have confirmed it.
   *
   * @param event an object, or its JSON from an outbox
   * @throws TypeError when it is not a waiting event
   */
  add(event: WaitingEvent | string): Promise<void>;
  /** Removes an event unless it is being delivered. Does nothing when there is none. */
  remove(id: string): Promise<void>;
  /** The waiting events in the order in which they are due, by pages of 200. */
  entries(): AsyncIterable<WaitingEvent>;
  /** How many events wait. */
  count(): Promise<number>;
  /** Closes the queue. The Redis connection it was given stays open. */
  close(): Promise<void>;
}

/** Options of `createLaterQueue`. */
export interface LaterQueueOptions {
  /** A connection of its own, for example because waiting for replicas blocks it. Default: that of the deployment. */
  redis?: Redis;
  /** How many replicas must confirm each write, and within how many milliseconds. Default: the master alone. */
  replication?: { replicas: number; timeoutMs: number };
}

/** The name of the jobs of schedules; those of waiting events are called `event`. */
export const SCHEDULE_JOB = 'schedule';

/** The data of a job: an event, or the name of the schedule that is due. */
export type LaterJob = WaitingEvent | { schedule: string };

const AT_ONCE = 200;

export function createLaterQueue(
  redis: Redis,
  name: string,
  { replication }: Pick<LaterQueueOptions, 'replication'> = {},
): LaterQueue {
  const queue = openLaterQueue(redis, name);
  const replicated = replication && createReplicatedWrites(redis, replication);
  const confirmed = <T>(write: () => Promise<T>): Promise<T> =>
    replicated ? replicated.run(deploymentKeys(name).prefix, write) : write();

  return {
    async add(from) {
      const event = typeof from === 'string' ? (JSON.parse(from) as WaitingEvent) : from;
      requireWaitingEvent(event);
      const { id, at } = event;
      const delay = Math.max(0, at - Date.now());
      // A job that already exists is confirmed too, because BullMQ still writes to its stream of events then.
      await confirmed(() => queue.add('event', event, { jobId: id, delay }));
    },
    async remove(id) {
      await confirmed(() => queue.remove(id));
    },
    async *entries() {
      for (let from = 0; ; from += AT_ONCE) {
        const jobs = await queue.getDelayed(from, from + AT_ONCE - 1);
        // A job that was removed in between is read as undefined.
        yield* jobs.flatMap((job) => (job && 'lane' in job.data ? [job.data] : []));
        if (jobs.length < AT_ONCE) return;
      }
    },
    count: () => countWaiting(redis, name),
    close: () => queue.close(),
  };
}

/** Counts the waiting events. Reads BullMQ's keys, because its queue would need to be opened and closed. */
export async function countWaiting(redis: Redis, name: string): Promise<number> {
  const queue = `${deploymentKeys(name).prefix}:${LATER_QUEUE}`;
  const [delayed, schedules] = await Promise.all([
    redis.zcard(`${queue}:delayed`),
    redis.zcard(`${queue}:repeat`),
  ]);
  return Math.max(0, delayed - schedules);
}

/** Opens the queue itself, which waiting events share with schedules. */
export function openLaterQueue(redis: Redis, name: string): Queue<LaterJob> {
  const queue = new Queue<LaterJob>(LATER_QUEUE, {
    connection: redis,
    prefix: deploymentKeys(name).prefix,
    skipMetasUpdate: true,
    // BullMQ checks the version only once: a failure at that moment would make every later command fail.
    skipVersionCheck: true,
    defaultJobOptions: { removeOnComplete: true },
  });
  // Callers get their own rejections, which the queue's error events repeat.
  queue.on('error', () => undefined);
  return queue;
}

function requireWaitingEvent(event: Partial<WaitingEvent>): void {
  const { id, lane, kind, at } = event;
  if ([id, lane, kind].every((each) => typeof each === 'string' && each !== '')) {
    if (Number.isFinite(at)) return;
  }
  throw new TypeError('A waiting event needs an id, a lane, a kind and a time.');
}
