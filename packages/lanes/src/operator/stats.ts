import { nodesOf, serverTime, type Redis } from '@chatlane/redis';
import { deploymentKeys } from '../keys.js';
import { countWaiting } from '../later/later-queue.js';
import type { Partitions } from '../partitions.js';
import { statsScript } from '../scripts.js';
import { readEntry } from '../turn/outbox.js';

/** Counts of a deployment's lanes and what they hold. */
export interface LaneStats {
  /** Lanes that wait for a worker. */
  waking: number;
  /** Lanes that a worker holds. */
  held: number;
  /** Lanes that wait for their next attempt. */
  resting: number;
  /** Lanes that wait for an operator. */
  paused: number;
  /** Events that were given up and are kept. */
  deadLetters: number;
  /** Dead letters dropped so far because there were too many (see `FailurePolicy`). */
  droppedLetters: number;
  /** Bodies that were acknowledged but could not go to a lane. */
  parked: number;
  /** Events that are not due yet. */
  later: number;
  /** Age in milliseconds of the oldest event at a lane's head; 0 when there is no mail. */
  oldestEventMs: number;
  /** Entries of committed turns that are not delivered yet. */
  outbox: OutboxStats;
}

/** Entries that wait for delivery. */
export interface OutboxStats {
  /** How many there are. */
  entries: number;
  /**
   * Milliseconds since the oldest was staged, among the 100 of each partition that are due first. 0 when there is none.
   */
  oldestMs: number;
}

const ENTRIES_READ = 100;

/** Reads the counts from Redis. Ages are by Redis's clock. */
export async function readLaneStats(redis: Redis, partitions: Partitions): Promise<LaneStats> {
  const [parked, later, ...parts] = await Promise.all([
    redis.llen(deploymentKeys(partitions.name).parked),
    countWaiting(redis, partitions.name),
    ...partitions.all.map(({ scope, prefix }) =>
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
    later,
    oldestEventMs: oldest(({ oldestEventMs }) => oldestEventMs),
    outbox: {
      entries: sum(({ outboxEntries }) => outboxEntries),
      oldestMs: oldest(({ firstEntries, now }) =>
        Math.max(0, ...firstEntries.map((entry) => now - (readEntry(entry)?.at ?? now))),
      ),
    },
  };
}

/** Counters that only grow; the difference between two readings is the throughput in between. */
export interface Throughput {
  /** Redis time of the reading, in milliseconds. */
  at: number;
  /** Updates pushed to lanes, including duplicates. */
  pushed: number;
  /** Events that were committed or given up. */
  settled: number;
}

/**
 * Reads the counters from Redis's own command statistics, which cost the lanes nothing: a push calls SETBIT, and the
 * end of an event calls LTRIM. Other users of the same Redis, such as another bot, are counted too.
 */
export async function readThroughput(redis: Redis): Promise<Throughput> {
  const [stats, at] = await Promise.all([
    Promise.all(nodesOf(redis).map((node) => node.info('commandstats'))),
    serverTime(redis),
  ]);
  const calls = (command: string): number => {
    const line = new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm');
    return stats.reduce((sum, text) => sum + Number(line.exec(text)?.[1] ?? 0), 0);
  };
  return {
    at,
    pushed: calls('setbit'),
    settled: calls('ltrim'),
  };
}
