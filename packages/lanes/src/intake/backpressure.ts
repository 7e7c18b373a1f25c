import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { memoryScript } from '../scripts.js';

/** Why an update was not stored: its lane is at the ceiling, or Redis is at its memory budget. */
export type PushRefusal = 'lane-full' | 'memory-full';

/** How far above its ceiling a lane still accepts updates that stop a turn. */
const URGENT_EXTRA_EVENTS = 100;

const READ_EVERY_MS = 1_000;
const READ_AGAIN_MS = 100;

/** Limits above which updates are refused. */
export interface BackpressureOptions {
  /** The most events a lane may hold, including the one being handled. Default: no limit. */
  laneCeiling?: number | undefined;
  /** Share of `maxmemory` (0 to 1) above which updates are refused. Default 1: only Redis itself refuses. */
  memoryBudget?: number | undefined;
  /** With a budget below 1, called every second with the largest share of `maxmemory` in use on any node. */
  onMemory?: ((share: number) => void) | undefined;
}

/** Decides, without a round trip, how full a lane may be for an update to be accepted. */
export interface Backpressure {
  /**
   * The push script's limit for an update, and the reason to report when the script refuses it.
   *
   * @param options.urgent the update stops a turn. Urgent updates and express lanes may also use half of the memory
   *   above the budget, and 100 events above the ceiling
   * @param options.evenIfFull ignore the ceiling
   */
  limitOf(
    lane: string,
    options: { urgent: boolean; evenIfFull: boolean },
  ): { most: number | ''; refusal: PushRefusal };
  /** Stops reading the memory usage. */
  close(): void;
}

/**
 * Memory usage is read every second in the background, from the node of each partition, so that an update is refused
 * only if its own node is full. If a reading fails, the previous one stays in force.
 */
export function createBackpressure(
  redis: Redis,
  partitions: Partitions,
  { laneCeiling, memoryBudget = 1, onMemory }: BackpressureOptions,
): Backpressure {
  const scopes = [...new Set(partitions.all.map(({ scope }) => scope))];
  const shares = new Map<PartitionKeys['scope'], number>();
  const urgentBudget = (1 + memoryBudget) / 2;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function read(): Promise<void> {
    let again = READ_EVERY_MS;
    try {
      await Promise.all(
        scopes.map(async (scope) => {
          const { used, maximum } = await memoryScript.run(redis, scope, []);
          shares.set(scope, maximum > 0 ? used / maximum : 0);
        }),
      );
      onMemory?.(Math.max(...shares.values()));
    } catch {
      // Redis is unavailable or slow, which pushes notice by themselves.
      again = READ_AGAIN_MS;
    }
    if (!closed) timer = setTimeout(() => void read(), again).unref();
  }

  if (memoryBudget < 1) void read();

  return {
    limitOf(lane, options) {
      const urgent = options.urgent || lane.startsWith('express:');
      const share = shares.get(partitions.of(lane).scope) ?? 0;
      // The push still goes to the script, because a duplicate needs no memory and is reported as such.
      if (share >= (urgent ? urgentBudget : memoryBudget))
        return { most: 0, refusal: 'memory-full' };
      if (options.evenIfFull || laneCeiling === undefined)
        return { most: '', refusal: 'lane-full' };
      return { most: laneCeiling + (urgent ? URGENT_EXTRA_EVENTS : 0), refusal: 'lane-full' };
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
