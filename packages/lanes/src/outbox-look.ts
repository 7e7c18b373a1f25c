import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from './keys.js';
import { readEntry } from './outbox.js';

/** Entries that wait to be delivered. */
export interface OutboxLook {
  entries: number;
  /** Milliseconds since the oldest was staged: of each partition, of the 100 that are due first. 0: there is none. */
  oldestMs: number;
}

const READ = 100;

export async function lookAtOutbox(
  redis: Redis,
  keys: PartitionKeys,
  now: number,
): Promise<OutboxLook> {
  const [entries, first] = await Promise.all([
    redis.zcard(keys.outbox),
    redis.zrange(keys.outbox, '0', String(READ - 1)),
  ]);
  const ages = first.map((stored) => now - (readEntry(stored)?.at ?? now));
  return { entries, oldestMs: Math.max(0, ...ages) };
}

/** Over all partitions. */
export function sumOfLooks(looks: readonly OutboxLook[]): OutboxLook {
  return {
    entries: looks.reduce((sum, { entries }) => sum + entries, 0),
    oldestMs: Math.max(0, ...looks.map(({ oldestMs }) => oldestMs)),
  };
}
