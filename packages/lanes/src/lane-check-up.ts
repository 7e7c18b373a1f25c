import { databaseOf, type Redis } from '@chatlane/redis';
import { deploymentKeys, type PartitionKeys } from './keys.js';
import { pairs, redisNow, type LaneState } from './lane-list.js';
import type { Partitions } from './partitions.js';
import { readLaneStats, type OutboxLook } from './stats.js';
import { findStranded } from './stranded-lanes.js';
import { ON_ITS_WAY_MS, type WakeUps } from './wake-ups.js';

/** A lane that the sweep should have woken by now. */
export interface OverdueLane {
  lane: string;
  state: Exclude<LaneState, 'paused'>;
  /** Milliseconds since its lease or rest ended, or since it was woken by a wake-up that is gone. */
  overdueMs: number;
}

/** What the lanes' machinery looks like from outside. */
export interface LaneCheckUp {
  /** The longest overdue first; of each partition and state the first 100. */
  overdue: OverdueLane[];
  /** Lanes that have mail and are in no state. The sweep finds them, too, but not at once. */
  stranded: string[];
  wakeUps: {
    waiting: number;
    active: number;
    delayed: number;
    /** BullMQ gave them up, which it never should. */
    failed: number;
    /** Waiting for 2 s and more, though none of their lanes has mail; of the first 1,000 waiting. */
    stray: number;
    /** Milliseconds since the oldest waiting one was added; undefined: none waits. */
    oldestMs: number | undefined;
    /** Somebody paused the queue in BullMQ. */
    isPaused: boolean;
  };
  /** What committed turns have asked for, and nobody has delivered yet. */
  outbox: OutboxLook;
  /** Undefined: no worker has ever looked. `overdueMs`: since the next look was due. */
  sweep: { everyMs: number; overdueMs: number } | undefined;
  /** Workers connected, by address. */
  workers: string[];
}

const AT_MOST = 100;
const WAKE_UPS_READ = 1_000;

export async function checkUpLanes(
  redis: Redis,
  partitions: Partitions,
  wakeUps: WakeUps,
): Promise<LaneCheckUp> {
  const now = await redisNow(redis);
  const queue = await checkUpQueue(redis, partitions, wakeUps, now);
  const [overdue, [sweptAt, everyMs], workers, stranded, { outbox }] = await Promise.all([
    Promise.all(partitions.all.map((keys) => findOverdue(redis, keys, now, queue.lostBefore))),
    redis.hmget(deploymentKeys(partitions.name).sweep, 'at', 'every'),
    wakeUps.queue.getWorkers(),
    findStranded(redis, partitions),
    readLaneStats(redis, partitions.name),
  ]);
  return {
    overdue: overdue.flat().sort((a, b) => b.overdueMs - a.overdueMs),
    stranded,
    wakeUps: queue.wakeUps,
    outbox,
    sweep:
      sweptAt == null
        ? undefined
        : {
            everyMs: Number(everyMs),
            overdueMs: Math.max(0, now - Number(sweptAt) - Number(everyMs)),
          },
    workers: workers
      .filter(({ db }) => db === undefined || Number(db) === databaseOf(redis))
      .map(({ addr }) => addr ?? 'unknown'),
  };
}

async function checkUpQueue(
  redis: Redis,
  partitions: Partitions,
  { queue }: WakeUps,
  now: number,
): Promise<{ wakeUps: LaneCheckUp['wakeUps']; lostBefore: number }> {
  const [counts, isPaused, waiting, active] = await Promise.all([
    queue.getJobCounts('wait', 'active', 'delayed', 'failed'),
    queue.isPaused(),
    queue.getJobs(['wait'], 0, WAKE_UPS_READ - 1, true),
    queue.getJobs(['active']),
  ]);
  const seen = waiting.flatMap((job) => (job ? [job.data] : []));
  const times = [...seen, ...active.flatMap((job) => (job ? [job.data] : []))].map(({ at }) => at);
  const hasMail = async (lane: string): Promise<boolean> =>
    (await redis.zscore(partitions.of(lane).oldest, lane)) !== null;
  const old = seen.filter(({ at }) => now - at >= ON_ITS_WAY_MS);
  const withMail = await Promise.all(
    old.map(async ({ lanes }) => (await Promise.all(lanes.map(hasMail))).some(Boolean)),
  );
  return {
    wakeUps: {
      waiting: counts['wait'] ?? 0,
      active: counts['active'] ?? 0,
      delayed: counts['delayed'] ?? 0,
      failed: counts['failed'] ?? 0,
      stray: withMail.filter((any) => !any).length,
      oldestMs: seen.length > 0 ? now - Math.min(...seen.map(({ at }) => at)) : undefined,
      isPaused,
    },
    // As the sweep judges: a lane woken before the oldest wake-up there is has lost its own.
    lostBefore: Math.min(now, ...times) - ON_ITS_WAY_MS,
  };
}

async function findOverdue(
  redis: Redis,
  keys: PartitionKeys,
  now: number,
  lostBefore: number,
): Promise<OverdueLane[]> {
  const late = async (
    state: OverdueLane['state'],
    zset: string,
    before: number,
  ): Promise<OverdueLane[]> => {
    const flat = await redis.zrangebyscore(zset, '-inf', before, 'WITHSCORES', 'LIMIT', 0, AT_MOST);
    return pairs(flat).map(([lane, at]) => ({ lane, state, overdueMs: now - at }));
  };
  const overdue = await Promise.all([
    late('held', keys.held, now),
    late('resting', keys.resting, now),
    late('waking', keys.waking, lostBefore),
  ]);
  return overdue.flat();
}
