import { databaseOf, serverTime, type Redis } from '@chatlane/redis';
import { deploymentKeys, type PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { findStranded } from '../sweep/stranded-lanes.js';
import { ON_ITS_WAY_MS, type WakeUps } from '../wake-ups.js';
import { pairs, type LaneState } from './lane-list.js';
import { readLaneStats, type OutboxStats } from './stats.js';

/** A lane that the sweep should have woken by now. */
export interface OverdueLane {
  /** The lane's name. */
  lane: string;
  /** The state that the lane has not left in time. */
  state: Exclude<LaneState, 'paused'>;
  /** Milliseconds since its lease or rest ended, or since it was woken, if its wake-up was lost. */
  overdueMs: number;
}

/** The condition of a deployment's lanes, wake-up queue, sweep and workers. */
export interface LaneDiagnostics {
  /** The longest overdue first; at most 100 per partition and state. */
  overdue: OverdueLane[];
  /** Lanes that have mail but are in no state. The sweep finds them too, but not at once. */
  stranded: string[];
  /** The wake-up queue. */
  wakeUps: {
    waiting: number;
    active: number;
    delayed: number;
    /** Given up by BullMQ, which should never happen. */
    failed: number;
    /** Wake-ups older than 2 s whose lanes all have no mail, among the first 1,000 that wait. */
    stray: number;
    /** Milliseconds since the oldest waiting one was added. Undefined when none waits. */
    oldestMs: number | undefined;
    /** The queue was paused in BullMQ. */
    isPaused: boolean;
  };
  /** Entries of committed turns that have not been delivered yet. */
  outbox: OutboxStats;
  /** Undefined when there has never been a sweep. `overdueMs`: milliseconds since the next sweep was due. */
  sweep: { everyMs: number; overdueMs: number } | undefined;
  /** Addresses of the connected workers. */
  workers: string[];
}

const MAX_OVERDUE = 100;
const WAKE_UPS_READ = 1_000;

export async function diagnoseLanes(
  redis: Redis,
  partitions: Partitions,
  wakeUps: WakeUps,
): Promise<LaneDiagnostics> {
  const now = await serverTime(redis);
  const queue = await diagnoseQueue(redis, partitions, wakeUps, now);
  const [overdue, [sweptAt, everyMs], workers, stranded, { outbox }] = await Promise.all([
    Promise.all(partitions.all.map((keys) => findOverdue(redis, keys, now, queue.lostBefore))),
    redis.hmget(deploymentKeys(partitions.name).sweep, 'at', 'every'),
    wakeUps.queue.getWorkers(),
    findStranded(redis, partitions),
    readLaneStats(redis, partitions),
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

async function diagnoseQueue(
  redis: Redis,
  partitions: Partitions,
  { queue }: WakeUps,
  now: number,
): Promise<{ wakeUps: LaneDiagnostics['wakeUps']; lostBefore: number }> {
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
    // Same rule as in sweep.lua: a lane woken before the oldest wake-up in the queue has lost its own.
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
    const flat = await redis.zrangebyscore(
      zset,
      '-inf',
      before,
      'WITHSCORES',
      'LIMIT',
      0,
      MAX_OVERDUE,
    );
    return pairs(flat).map(([lane, at]) => ({ lane, state, overdueMs: now - at }));
  };
  const overdue = await Promise.all([
    late('held', keys.held, now),
    late('resting', keys.resting, now),
    late('waking', keys.waking, lostBefore),
  ]);
  return overdue.flat();
}
