import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from '../keys.js';
import type { Migrations } from '../migration/migrations.js';
import type { LaneObserver, SweepCause } from '../observer.js';
import { sweepScript } from '../scripts.js';
import { ON_ITS_WAY_MS, type WakeUps } from '../wake-ups.js';
import type { OutboxRelay } from '../worker/outbox-relay.js';
import type { ForwardStep } from './clock-watch.js';

/** The maximum number of lanes per cause, partition and sweep; the next sweep takes the rest. */
const LANES_PER_SWEEP = 200;

/** The maximum number of unfinished group moves in each partition that one sweep continues. */
const MOVES_PER_SWEEP = 100;

/** What the sweep of a partition needs. */
export interface PartitionSweepOptions {
  redis: Redis;
  wakeUps: WakeUps;
  migrations: Pick<Migrations, 'carryOn'>;
  outbox: Pick<OutboxRelay, 'capacity' | 'takeUp'>;
  leaseMs: number;
  observer?: LaneObserver;
}

/** Lanes of a partition that have to be tried. `guilty`: a worker died while it held only that lane. */
export interface Suspects {
  keys: PartitionKeys;
  suspects: { lane: string; deaths: number }[];
  guilty: string[];
}

/** Wakes the lanes of a partition that no worker is going to open, and takes up its outbox and unfinished moves. */
export async function sweepPartition(
  keys: PartitionKeys,
  oldestWakeUp: number | undefined,
  step: ForwardStep,
  options: PartitionSweepOptions,
): Promise<Suspects> {
  const { redis, wakeUps, outbox, observer } = options;
  const swept = await sweepScript.run(redis, keys.scope, [
    keys.prefix,
    oldestWakeUp ?? '',
    ON_ITS_WAY_MS,
    LANES_PER_SWEEP,
    outbox.capacity(),
    MOVES_PER_SWEEP,
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
    // Suspects whose lease ran out get a wake-up too, but it does not open them.
    await Promise.all(lanes.map((lane) => wakeUps.wake(lane, swept.now)));
  }
  for (const lane of swept.moving) await options.migrations.carryOn(lane);
  return { keys, suspects: swept.suspects, guilty: swept.guilty };
}
