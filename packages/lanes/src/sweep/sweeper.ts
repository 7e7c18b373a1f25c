import { masterOf, within } from '@chatlane/redis';
import { deploymentKeys, type PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { claimSweepScript } from '../scripts.js';
import type { WakeUps } from '../wake-ups.js';
import { createClockWatch } from './clock-watch.js';
import { createMailboxWalk, rescue } from './stranded-lanes.js';
import type { SuspectTrials } from './suspect-trials.js';
import { sweepPartition, type PartitionSweepOptions, type Suspects } from './sweep-partition.js';

/**
 * A worker opens the lanes of an active wake-up, or gives it back, almost at once. An active wake-up older than this
 * has no lanes left to open, although its worker may keep it for as long as its turns take or while a reply is missing.
 */
const MAX_PROCESSING_MS = 30_000;

/** Workers return wake-ups to the front of the queue in any order, so the oldest is among the first few. */
const FIRST_WAKE_UPS = 16;

/** How long the sweep of one partition may delay the next sweep of all. */
const SWEEP_TIMEOUT_MS = 5_000;

/** A number that no sweep has. */
const NO_SWEEP = -1;

/** Options of `createSweeper`. */
export interface SweeperOptions extends PartitionSweepOptions {
  partitions: Partitions;
  trials: Pick<SuspectTrials, 'offer'>;
  sweepEveryMs: number;
}

/** Wakes lanes with mail that no worker is going to open. Every worker has a sweeper; one of them runs each sweep. */
export function createSweeper(options: SweeperOptions): { start(): void; stop(): Promise<void> } {
  const { redis, partitions, wakeUps, observer, sweepEveryMs } = options;
  const { sweep } = deploymentKeys(partitions.name);
  const trouble = (error: unknown): undefined => void observer?.trouble?.('sweep', error);
  const walk = createMailboxWalk(redis, partitions);
  const clock = createClockWatch(redis, sweepEveryMs);
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  let seen = 0;

  async function sweepIfDue(): Promise<void> {
    const { now, silent } = await clock.read();
    const claimed = await claimSweepScript.run(redis, [sweep], [seen, sweepEveryMs]);
    seen = claimed.sweep;
    if (!claimed.isOurs) return;
    // Without a node's clock it is unknown which of its leases are over.
    const reached = partitions.all.filter(({ prefix }) => {
      const node = masterOf(redis, prefix);
      return !node || !silent.has(node);
    });
    const isComplete = await sweepAll(reached, now).catch(trouble);
    // The worker of the last sweep would also claim the next one. If its sweep was incomplete, others get the chance.
    if (!isComplete || silent.size > 0) seen = NO_SWEEP;
  }

  /** Sweeps one partition, but does not wait forever, because its node may never answer. */
  function sweepOne(keys: PartitionKeys, oldest: number | undefined): Promise<Suspects> {
    const message = `The sweep of ${keys.prefix} takes longer than ${SWEEP_TIMEOUT_MS} ms.`;
    return within(
      SWEEP_TIMEOUT_MS,
      sweepPartition(keys, oldest, clock.lastStep(), options),
      () => new Error(message),
    );
  }

  /** True when all partitions were swept and nothing is left for other workers. */
  async function sweepAll(reached: readonly PartitionKeys[], now: number): Promise<boolean> {
    const oldest = await oldestWakeUp(wakeUps, now - MAX_PROCESSING_MS);
    // Sweeps each partition separately, because one of a cluster may be without a master for a while.
    const swept = await Promise.all(reached.map((keys) => sweepOne(keys, oldest).catch(trouble)));
    const found = swept.filter((each) => each !== undefined);
    // A trial of an event that kills its worker takes seconds, so suspects that are probably innocent go first.
    const isTried = options.trials.offer([
      ...found.flatMap(({ keys, suspects }) => suspects.map((suspect) => ({ ...suspect, keys }))),
      ...found.flatMap(({ keys, guilty }) =>
        guilty.map((lane) => ({ lane, keys, deaths: Infinity })),
      ),
    ]);
    const message = `The walk over the mailboxes takes longer than ${SWEEP_TIMEOUT_MS} ms.`;
    await within(SWEEP_TIMEOUT_MS, wakeStranded(), () => new Error(message)).catch(trouble);
    return isTried && found.length === reached.length;
  }

  /** Visits every mailbox in the course of many sweeps, and wakes lanes that have mail but are in no state. */
  async function wakeStranded(): Promise<void> {
    for (const [keys, lanes] of await walk.step()) {
      const { now, woken } = await rescue(redis, keys, lanes);
      if (woken.length === 0) continue;
      observer?.swept?.('stranded', woken.length);
      await Promise.all(woken.map((lane) => wakeUps.wake(lane, now)));
    }
  }

  function tick(): void {
    sweeping ??= sweepIfDue()
      .catch(trouble)
      .finally(() => (sweeping = undefined));
  }

  return {
    start() {
      timer = setInterval(tick, sweepEveryMs);
      tick();
    },
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}

/** Redis time of the oldest wake-up among those that wait, and the active ones from `since` or later. */
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
