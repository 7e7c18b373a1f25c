import { createSteadyWorker, within, type Redis } from '@chatlane/redis';
import { Queue } from 'bullmq';
import { deploymentKeys, SWEEP_QUEUE, type PartitionKeys } from './keys.js';
import type { Migrations } from './migrations.js';
import type { LaneObserver, SweepCause } from './observer.js';
import type { OutboxRelay } from './outbox-relay.js';
import type { Partitions } from './partition.js';
import { createMailboxWalk, rescue } from './stranded-lanes.js';
import type { SuspectTrials } from './suspect-trials.js';
import { nowScript, sweepScript } from './scripts.js';
import { ON_ITS_WAY_MS, type WakeUps } from './wake-ups.js';

/** The most lanes of one cause that one look takes; the next look takes the rest. */
const LANES_PER_LOOK = 1_000;

/**
 * A wake-up in hand has its lanes opened, or is given back, in a moment: one from so long ago names none that is still
 * to be opened, though its worker may keep it as long as its turns last, or wait for an answer that never comes.
 */
const LONGEST_IN_HAND_MS = 30_000;

/** Workers give wake-ups back to the front of the queue, in any order: the oldest is among the first of them. */
const FIRST_WAKE_UPS = 16;

/** How long one partition's look holds up the next look at all of them. */
const LONGEST_LOOK_MS = 5_000;

export interface SweeperOptions {
  redis: Redis;
  partitions: Partitions;
  wakeUps: WakeUps;
  migrations: Pick<Migrations, 'sweep'>;
  outbox: Pick<OutboxRelay, 'room' | 'takeUp'>;
  trials: Pick<SuspectTrials, 'offer'>;
  sweepEveryMs: number;
  observer?: LaneObserver;
}

/** Wakes lanes with mail that nobody is going to open. Any number of workers run one; BullMQ gives each look to one. */
export function createSweeper(options: SweeperOptions): {
  start(): Promise<void>;
  stop(): Promise<void>;
} {
  const { redis, partitions, wakeUps, observer, sweepEveryMs } = options;
  const { prefix, swept } = deploymentKeys(partitions.name);
  const trouble = (error: unknown): void => observer?.trouble?.('sweep', error);
  const walk = createMailboxWalk(redis, partitions);
  let queue: Queue | undefined;
  const worker = createSteadyWorker({
    redis,
    queue: SWEEP_QUEUE,
    process: lookAtAll,
    settings: {
      prefix,
      // A worker that dies in a look must not keep the others from the next one for long.
      lockDuration: 2_000,
      stalledInterval: 2_000,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    },
    onTrouble: trouble,
    onReplaced: (error) => observer?.trouble?.('sweep worker replaced', error),
    listen: (each) => each.on('failed', (_job, error) => trouble(error)),
  });

  const watchEveryMs = 10 * sweepEveryMs;
  let watch: NodeJS.Timeout | undefined;

  /** Puts the schedule right: a Redis that lost its data has lost it, and BullMQ keeps it by the clocks of processes. */
  async function schedule(): Promise<void> {
    const known = await queue?.getJobScheduler(SWEEP_QUEUE);
    // Left behind by a clock that was ahead; until then nobody would sweep.
    if (known?.next !== undefined && known.next - Date.now() > watchEveryMs) {
      await queue?.removeJobScheduler(SWEEP_QUEUE);
    }
    await queue?.upsertJobScheduler(SWEEP_QUEUE, { every: sweepEveryMs });
  }
  const reschedule = (): void => void schedule().catch(trouble);

  /**
   * Looks itself when nobody has for long. BullMQ's worker is replaced when it stops; this is for what a failover, or an
   * operator, does to its queue: lanes with mail are opened whatever has become of BullMQ's data.
   */
  async function lookIfNobodyDoes(): Promise<void> {
    if ((await redis.exists(swept)) === 0) await lookAtAll();
  }

  /** Looks at one partition, but waits for it no longer than the others can: a node that owes an answer may never give it. */
  function look(keys: PartitionKeys): Promise<void> {
    const message = `The look at ${keys.prefix} has taken ${LONGEST_LOOK_MS} ms so far.`;
    return within(LONGEST_LOOK_MS, sweepPartition(keys, options), () => new Error(message));
  }

  async function lookAtAll(): Promise<void> {
    // Not awaited: its node may be the one that is away.
    redis.set(swept, '1', 'PX', watchEveryMs).catch(trouble);
    // Each by itself: on a cluster, one may be without its master for a while.
    await Promise.all(partitions.all.map((keys) => look(keys).catch(trouble)));
    const message = `The walk over the mailboxes has taken ${LONGEST_LOOK_MS} ms so far.`;
    await within(LONGEST_LOOK_MS, wakeStranded(), () => new Error(message)).catch(trouble);
  }

  /** Comes by every mailbox in the course of many looks, and wakes lanes that have mail and are in no state. */
  async function wakeStranded(): Promise<void> {
    for (const [keys, lanes] of await walk.step()) {
      const { now, woken } = await rescue(redis, keys, lanes);
      if (woken.length === 0) continue;
      observer?.swept?.('stranded', woken.length);
      await Promise.all(woken.map((lane) => wakeUps.wake(lane, now)));
    }
  }

  return {
    async start() {
      queue = new Queue(SWEEP_QUEUE, {
        connection: redis,
        prefix,
        skipMetasUpdate: true,
        defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
      });
      queue.on('error', trouble);
      await schedule();
      redis.on('ready', reschedule);
      watch = setInterval(() => {
        reschedule();
        lookIfNobodyDoes().catch(trouble);
      }, watchEveryMs);
      await worker.start();
    },
    async stop() {
      redis.off('ready', reschedule);
      clearInterval(watch);
      await worker.stop();
      await queue?.close();
    },
  };
}

async function sweepPartition(keys: PartitionKeys, options: SweeperOptions): Promise<void> {
  const { redis, wakeUps, outbox, observer } = options;
  const looked = await nowScript.run(redis, [keys.waking], []);
  // The queue is first in, first out: a lane woken before its oldest wake-up has lost its own.
  const oldest = await oldestWakeUp(keys, wakeUps, looked - LONGEST_IN_HAND_MS);
  const lostBefore = Math.min(oldest ?? looked, looked) - ON_ITS_WAY_MS;

  const swept = await sweepScript.run(
    redis,
    [keys.waking, keys.held, keys.resting, keys.paused, keys.outbox, keys.prefix],
    [lostBefore, LANES_PER_LOOK, keys.lane(''), outbox.room()],
  );
  outbox.takeUp(keys, swept.outbox);
  const causes: [SweepCause, string[]][] = [
    ['lease-over', swept.expired],
    ['rest-over', swept.rested],
    ['lost', swept.lost],
  ];
  for (const [cause, lanes] of causes) {
    if (lanes.length === 0) continue;
    observer?.swept?.(cause, lanes.length);
    // A suspect among those whose lease ran out gets one too: it finds nothing to open.
    await Promise.all(lanes.map((lane) => wakeUps.wake(lane, swept.now)));
  }
  options.trials.offer(keys, swept.suspects);
  await options.migrations.sweep(keys);
}

/** Of those that wait, and of those in hand that are from `since` or later. */
async function oldestWakeUp(
  keys: PartitionKeys,
  wakeUps: WakeUps,
  since: number,
): Promise<number | undefined> {
  const queue = wakeUps.queue(keys);
  const [waiting, active] = await Promise.all([
    queue.getJobs(['wait'], 0, FIRST_WAKE_UPS - 1, true),
    queue.getJobs(['active']),
  ]);
  const times = [
    ...waiting.flatMap((job) => (job ? [job.data.at] : [])),
    ...active.flatMap((job) => (job && job.data.at >= since ? [job.data.at] : [])),
  ];
  return times.length > 0 ? Math.min(...times) : undefined;
}
