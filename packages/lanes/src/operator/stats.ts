import type { Redis } from '@chatlane/redis';
import { deploymentKeys } from '../keys.js';
import { readEntry } from '../turn/outbox.js';
import { createPartitions } from '../partitions.js';
import { statsScript } from '../scripts.js';

/** Counts of a deployment's lanes and what they hold. */
export interface LaneStats {
  waking: number;
  held: number;
  resting: number;
  paused: number;
  deadLetters: number;
  /** Dead letters dropped so far because there were too many (see `FailurePolicy`). */
  droppedLetters: number;
  /** Bodies that were acknowledged but could not go to a lane. */
  parked: number;
  /** Age in milliseconds of the oldest event at a lane's head; 0 when there is no mail. */
  oldestEventMs: number;
  /** Entries of committed turns that are not delivered yet. */
  outbox: OutboxStats;
}

/** Entries that wait for delivery. */
export interface OutboxStats {
  entries: number;
  /**
   * Milliseconds since the oldest was staged, among the 100 of each partition that are due first. 0 when there is none.
   */
  oldestMs: number;
}

const ENTRIES_READ = 100;

/** Reads the counts from Redis. Ages are by Redis's clock. */
export async function readLaneStats(redis: Redis, name: string): Promise<LaneStats> {
  const [parked, ...parts] = await Promise.all([
    redis.llen(deploymentKeys(name).parked),
    ...createPartitions(redis, name).all.map(({ scope, prefix }) =>
      statsScript.run(redis, scope, [prefix, ENTRIES_READ]),
    ),
  ]);
  type Part = (typeof parts)[number];
  const sum = (pick: (part: Part) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  const oldest = (pick: (part: Part) => number): number => Math.max(0, ...parts.map(pick));
  return {
    waking: sum(({ waking }) => waking),
    held: sum(({ held }) => held),
    resting: sum(({ resting }) => resting),
    paused: sum(({ paused }) => paused),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    droppedLetters: sum(({ droppedLetters }) => droppedLetters),
    parked,
    oldestEventMs: oldest(({ oldestEventMs }) => oldestEventMs),
    outbox: {
      entries: sum(({ outboxEntries }) => outboxEntries),
      oldestMs: oldest(({ firstEntries, now }) =>
        Math.max(0, ...firstEntries.map((entry) => now - (readEntry(entry)?.at ?? now))),
      ),
    },
  };
}
