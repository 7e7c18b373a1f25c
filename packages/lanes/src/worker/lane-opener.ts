import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { PartitionKeys } from '../keys.js';
import { groupByScope, type Partitions } from '../partitions.js';
import { openScript, type OpenedLane } from '../scripts.js';
import type { Suspect } from '../sweep/suspect-trials.js';
import type { WakeUpData } from '../wake-ups.js';
import { drain } from './drain.js';
import { HeldLane, type Holder, type OpenedAt } from './held-lane.js';
import type { Leases } from './lease.js';
import { TURN_WAIT_MS, type TurnSlot, type TurnSlots } from './turn-slots.js';

/** Lanes started per iteration of the event loop, so that Redis handles their commits while the next lanes start. */
const AT_ONCE = 16;

/** What opening lanes needs from its worker. */
export interface LaneOpenerOptions {
  holder: Holder;
  partitions: Partitions;
  slots: TurnSlots;
  leases: Leases;
  leaseMs: number;
  /** Aborted when the worker no longer opens lanes. */
  stopping: AbortSignal;
}

/** Opens lanes and drains them. */
export interface LaneOpener {
  /** Opens a wake-up's lanes as turns become free, and resolves once the next wake-up may be taken. */
  take(wakeUp: WakeUpData): Promise<void>;
  /** Opens a suspect, and resolves when it is drained. Closes the slot in any case. */
  tryOut(suspect: Suspect, slot: TurnSlot, isAlone: boolean): Promise<void>;
}

export function createLaneOpener(options: LaneOpenerOptions): LaneOpener {
  const { holder, partitions, slots, leases, leaseMs, stopping } = options;
  const { redis, gate, wakeUps, observer } = holder;
  const newEpoch = createEpochs();
  // Each wake-up that is being processed adds a listener.
  setMaxListeners(0, stopping);

  /** On a cluster, opens each partition separately, because one may be without a master for a while. */
  async function open(lanes: string[]): Promise<void> {
    const groups = groupByScope(lanes, partitions.of);
    await Promise.all([...groups].map(([scope, group]) => openTogether(scope, group)));
  }

  async function openTogether(scope: PartitionKeys['scope'], lanes: string[]): Promise<void> {
    const taken = lanes.map(() => slots.acquire());
    const local = performance.now();
    const epoch = newEpoch();
    try {
      const { now, opened } = await openScript.run(redis, scope, [
        leaseMs,
        'others',
        epoch,
        ...lanes.flatMap((lane) => [partitions.of(lane).prefix, lane]),
      ]);
      observer?.opened?.(opened.length, lanes.length);
      for (const [index, lane] of opened.entries()) {
        if (index > 0 && index % AT_ONCE === 0) await yieldToEventLoop();
        void hold(lane, taken.pop()!, epoch, { redis: now, local, isTrial: false });
      }
    } finally {
      for (const slot of taken) slot.close();
    }
  }

  async function hold(
    lane: OpenedLane,
    slot: TurnSlot,
    epoch: string,
    openedAt: OpenedAt,
  ): Promise<void> {
    const lease = leases.add(lane.lane, partitions.of(lane.lane), epoch, openedAt.local);
    try {
      await drain(new HeldLane(holder, lease, slot, openedAt), lane);
    } catch (error) {
      // The lane stays held until its lease runs out, and then the sweep wakes it.
      observer?.trouble?.('drain', error);
    } finally {
      leases.remove(lease);
      slot.close();
    }
  }

  return {
    async take(wakeUp) {
      let rest = wakeUp.lanes;
      const waitUntil = performance.now() + TURN_WAIT_MS;
      // Not AbortSignal.any, which leaks a little per call while `stopping` lives.
      const hasTurn = (): Promise<boolean> =>
        slots.untilAvailable(stopping, Math.max(0, waitUntil - performance.now()));
      while (rest.length > 0 && (await hasTurn()) && gate.isOpen() && !stopping.aborted) {
        const now = rest.slice(0, slots.available);
        rest = rest.slice(now.length);
        await open(now);
      }
      if (rest.length > 0) await wakeUps.giveBack({ lanes: rest, at: wakeUp.at });
      await slots.untilAvailable(stopping);
      // Wake-ups that we do not take stay in the queue, in order, so the sweep does not count them as lost.
      while (!gate.isOpen() && !stopping.aborted) {
        await gate.untilOpen(stopping);
        await slots.untilAvailable(stopping);
      }
    },
    async tryOut({ lane, keys }, slot, isAlone) {
      const local = performance.now();
      const epoch = newEpoch();
      const mode = isAlone ? 'alone' : 'beside others';
      const args = [leaseMs, mode, epoch, keys.prefix, lane];
      const reply = await openScript.run(redis, keys.scope, args).catch((error: unknown) => {
        slot.close();
        throw error;
      });
      const [suspect] = reply.opened;
      if (suspect) await hold(suspect, slot, epoch, { redis: reply.now, local, isTrial: true });
      else slot.close();
    },
  };
}

/** Creates fencing tokens, unique across all workers and restarts. */
function createEpochs(): () => string {
  const worker = randomUUID();
  let given = 0;
  return () => `${worker}-${(given += 1)}`;
}
