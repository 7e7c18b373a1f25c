import { databaseOf, type Redis } from '@chatlane/redis';
import { Queue } from 'bullmq';
import { deploymentKeys, SWEEP_QUEUE, type PartitionKeys } from './keys.js';
import { pairs, redisNow, type LaneState } from './lane-list.js';
import { lookAtOutbox, sumOfLooks, type OutboxLook } from './outbox-look.js';
import type { Partitions } from './partition.js';
import { findStranded } from './stranded-lanes.js';
import { ON_ITS_WAY_MS, type WakeUps } from './wake-ups.js';

/** A lane that the sweep should have woken by now. */
export interface OverdueLane {
  lane: string;
  state: Exclude<LaneState, 'paused'>;
  /** Milliseconds since its lease or rest ended, or since it was woken by a wake-up that is gone. */
  overdueMs: number;
}

/** What the lanes' machinery looks like from outside, over all partitions. */
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
    /** Partitions whose queue somebody paused in BullMQ. */
    pausedQueues: number;
  };
  /** What committed turns have asked for, and nobody has delivered yet. */
  outbox: OutboxLook;
  /** The sweep's schedule; undefined: there is none. `overdueMs`: since its next look was due, by its worker's clock. */
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
  const sweep = new Queue(SWEEP_QUEUE, {
    connection: redis,
    prefix: deploymentKeys(partitions.name).prefix,
    skipMetasUpdate: true,
  });
  sweep.on('error', () => undefined);
  try {
    const looks = await Promise.all(
      partitions.all.map((keys) => checkUpPartition(redis, keys, wakeUps)),
    );
    const [schedule, workers, stranded] = await Promise.all([
      sweep.getJobScheduler(SWEEP_QUEUE),
      wakeUps.queue(partitions.all[0]!).getWorkers(),
      findStranded(redis, partitions),
    ]);
    const sum = (pick: (look: PartitionLook) => number): number =>
      looks.reduce((total, look) => total + pick(look), 0);
    const ages = looks.flatMap(({ oldestMs }) => oldestMs ?? []);
    return {
      overdue: looks.flatMap(({ overdue }) => overdue).sort((a, b) => b.overdueMs - a.overdueMs),
      stranded,
      wakeUps: {
        waiting: sum(({ waiting }) => waiting),
        active: sum(({ active }) => active),
        delayed: sum(({ delayed }) => delayed),
        failed: sum(({ failed }) => failed),
        stray: sum(({ stray }) => stray),
        pausedQueues: sum(({ paused }) => (paused ? 1 : 0)),
        oldestMs: ages.length > 0 ? Math.max(...ages) : undefined,
      },
      outbox: sumOfLooks(looks.map(({ outbox }) => outbox)),
      sweep: schedule && {
        everyMs: schedule.every ?? 0,
        overdueMs: Math.max(0, Date.now() - (schedule.next ?? 0)),
      },
      workers: workers
        .filter(({ db }) => db === undefined || Number(db) === databaseOf(redis))
        .map(({ addr }) => addr ?? 'unknown'),
    };
  } finally {
    await sweep.close();
  }
}

interface PartitionLook {
  overdue: OverdueLane[];
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  stray: number;
  oldestMs: number | undefined;
  paused: boolean;
  outbox: OutboxLook;
}

async function checkUpPartition(
  redis: Redis,
  keys: PartitionKeys,
  wakeUps: WakeUps,
): Promise<PartitionLook> {
  const queue = wakeUps.queue(keys);
  const now = await redisNow(redis);
  const [counts, paused, waiting, active] = await Promise.all([
    queue.getJobCounts('wait', 'active', 'delayed', 'failed'),
    queue.isPaused(),
    queue.getJobs(['wait'], 0, WAKE_UPS_READ - 1, true),
    queue.getJobs(['active']),
  ]);
  const seen = waiting.flatMap((job) => (job ? [job.data] : []));
  const times = [...seen, ...active.flatMap((job) => (job ? [job.data] : []))].map(({ at }) => at);
  // As the sweep judges: a lane woken before the oldest wake-up there is has lost its own.
  const lostBefore = Math.min(now, ...times) - ON_ITS_WAY_MS;

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
  const old = seen.filter(({ at }) => now - at >= ON_ITS_WAY_MS);
  const withoutMail = await Promise.all(
    old.map(async ({ lanes }) => {
      const mail = await redis.zmscore(keys.oldest, ...lanes);
      return mail.every((score) => score === null);
    }),
  );
  return {
    overdue: overdue.flat(),
    waiting: counts['wait'] ?? 0,
    active: counts['active'] ?? 0,
    delayed: counts['delayed'] ?? 0,
    failed: counts['failed'] ?? 0,
    stray: withoutMail.filter(Boolean).length,
    oldestMs: seen.length > 0 ? now - Math.min(...seen.map(({ at }) => at)) : undefined,
    paused,
    outbox: await lookAtOutbox(redis, keys, now),
  };
}
