import { masterOf, within, type Redis } from '@chatlane/redis';
import { createClockWatch, type ForwardStep } from './clock-watch.js';
import { deploymentKeys, type PartitionKeys } from './keys.js';
import type { Migrations } from './migrations.js';
import type { LaneObserver, SweepCause } from './observer.js';
import type { OutboxRelay } from './outbox-relay.js';
import type { Partitions } from './partitions.js';
import { createMailboxWalk, rescue } from './stranded-lanes.js';
import type { SuspectTrials } from './suspect-trials.js';
import { sweepScript, takeLookScript } from './scripts.js';
import { ON_ITS_WAY_MS, type WakeUps } from './wake-ups.js';

/** The most lanes of one cause that one look takes of each partition; the next look takes the rest. */
const LANES_PER_LOOK = 200;

/** Unfinished moves of groups that one look carries on with, of each partition. */
const MOVES_PER_LOOK = 100;

/**
 * A wake-up in hand has its lanes opened, or is given back, in a moment: one from so long ago names none that is still
 * to be opened, though its worker may keep it as long as its turns last, or wait for an answer that never comes.
 */
const LONGEST_IN_HAND_MS = 30_000;

/** Workers give wake-ups back to the front of the queue, in any order: the oldest is among the first of them. */
const FIRST_WAKE_UPS = 16;

/** How long one partition's look holds up the next look at all of them. */
const LONGEST_LOOK_MS = 5_000;

/** The number of no look. */
const NONE = -1;

export interface SweeperOptions {
  redis: Redis;
  partitions: Partitions;
  wakeUps: WakeUps;
  migrations: Pick<Migrations, 'carryOn'>;
  outbox: Pick<OutboxRelay, 'room' | 'takeUp'>;
  trials: Pick<SuspectTrials, 'offer'>;
  sweepEveryMs: number;
  leaseMs: number;
  observer?: LaneObserver;
}

/** Wakes lanes with mail that nobody is going to open. Any number of workers run one; one of them takes each look. */
export function createSweeper(options: SweeperOptions): { start(): void; stop(): Promise<void> } {
  const { redis, partitions, wakeUps, observer, sweepEveryMs } = options;
  const { sweep } = deploymentKeys(partitions.name);
  const trouble = (error: unknown): undefined => void observer?.trouble?.('sweep', error);
  const walk = createMailboxWalk(redis, partitions);
  const clock = createClockWatch(redis, sweepEveryMs);
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let seen = 0;

  async function lookIfNobodyDid(): Promise<void> {
    const { now, silent } = await clock.read();
    const { isOurs, look } = await takeLookScript.run(redis, [sweep], [seen, sweepEveryMs]);
    seen = look;
    if (!isOurs) return;
    // Of a node whose clock is not known no lease can be said to be over.
    const reached = partitions.all.filter(({ prefix }) => {
      const node = masterOf(redis, prefix);
      return !node || !silent.has(node);
    });
    const isWhole = await lookAt(reached, now).catch(trouble);
    // Whoever took the last look takes the next one, too: one that cannot do all leaves that to the others.
    if (!isWhole || silent.size > 0) seen = NONE;
  }

  /** Looks at one partition, but waits for it no longer than the others can: a node that owes an answer may never give it. */
  function look(keys: PartitionKeys, oldest: number | undefined): Promise<Suspects> {
    const message = `The look at ${keys.prefix} has taken ${LONGEST_LOOK_MS} ms so far.`;
    return within(
      LONGEST_LOOK_MS,
      sweepPartition(keys, oldest, clock.lastStep(), options),
      () => new Error(message),
    );
  }

  /** True: nothing went wrong, and nothing is left to other workers. */
  async function lookAt(reached: readonly PartitionKeys[], now: number): Promise<boolean> {
    const oldest = await oldestWakeUp(wakeUps, now - LONGEST_IN_HAND_MS);
    // Each by itself: on a cluster, one may be without its master for a while.
    const looks = await Promise.all(reached.map((keys) => look(keys, oldest).catch(trouble)));
    const found = looks.filter((look) => look !== undefined);
    // The trial of an event that kills its worker takes seconds: lanes that are likely innocent go first.
    const isTried = options.trials.offer([
      ...found.flatMap(({ keys, suspects }) => suspects.map((suspect) => ({ ...suspect, keys }))),
      ...found.flatMap(({ keys, guilty }) =>
        guilty.map((lane) => ({ lane, keys, deaths: Infinity })),
      ),
    ]);
    const message = `The walk over the mailboxes has taken ${LONGEST_LOOK_MS} ms so far.`;
    await within(LONGEST_LOOK_MS, wakeStranded(), () => new Error(message)).catch(trouble);
    return isTried && found.length === reached.length;
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

  function tick(): void {
    looking ??= lookIfNobodyDid()
      .catch(trouble)
      .finally(() => (looking = undefined));
  }

  return {
    start() {
      timer = setInterval(tick, sweepEveryMs);
      tick();
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Lanes of a partition that are to be tried; of the guilty, a worker has died alone. */
interface Suspects {
  keys: PartitionKeys;
  suspects: { lane: string; deaths: number }[];
  guilty: string[];
}

async function sweepPartition(
  keys: PartitionKeys,
  oldestWakeUp: number | undefined,
  step: ForwardStep,
  options: SweeperOptions,
): Promise<Suspects> {
  const { redis, wakeUps, outbox, observer } = options;
  const swept = await sweepScript.run(redis, keys.scope, [
    keys.prefix,
    oldestWakeUp ?? '',
    ON_ITS_WAY_MS,
    LANES_PER_LOOK,
    outbox.room(),
    MOVES_PER_LOOK,
    options.leaseMs,
    Math.floor(step.byMs),
    Math.floor(step.agoMs),
  ]);
  if (swept.setBackMs > 0) {
    const message = `The clock of the Redis with ${keys.prefix} was set back by ${swept.setBackMs} ms.`;
    observer?.trouble?.('clock', new Error(message));
  }
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
  for (const lane of swept.moving) await options.migrations.carryOn(lane);
  return { keys, suspects: swept.suspects, guilty: swept.guilty };
}

/** Of those that wait, and of those in hand that are from `since` or later. */
async function oldestWakeUp({ queue }: WakeUps, since: number): Promise<number | undefined> {
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
