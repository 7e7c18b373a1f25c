import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from './keys.js';
import type { Partitions } from './partitions.js';
import { memoryScript } from './scripts.js';

/** Why an update was not stored: its lane is at the ceiling, or Redis is at its memory budget. */
export type PushRefusal = 'lane-full' | 'memory-full';

/** How far above the ceiling a lane still takes what its user stops a turn with. */
const PLACES_ABOVE_CEILING = 100;

const READ_EVERY_MS = 1_000;
const READ_AGAIN_MS = 100;

export interface BackpressureOptions {
  /** The most events a lane holds, the one in hand included. Default: any number. */
  laneCeiling?: number | undefined;
  /** Share of `maxmemory` from which on updates are refused. Default 1: Redis refuses by itself. */
  memoryBudget?: number | undefined;
  /** Told once a second, while there is a budget, the largest share of `maxmemory` in use on any node. */
  onMemory?: ((share: number) => void) | undefined;
}

/** Decides, without a round trip, what the push of an update may still add. */
export interface Backpressure {
  /**
   * The push script's limit for an update, and why the script refuses above it.
   *
   * @param options.urgent the update stops a turn. For such, and for express lanes, half of the memory
   *   above the budget and 100 places above the ceiling are kept
   * @param options.evenIfFull the ceiling does not count
   */
  limitOf(
    lane: string,
    options: { urgent: boolean; evenIfFull: boolean },
  ): { most: number | ''; refusal: PushRefusal };
  close(): void;
}

/**
 * Memory is read on the side, every second, from the node of each partition: an update is refused only
 * where its own node is full. A reading that fails leaves the last one in force.
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
      // Redis is away or slow: pushes find that out for themselves.
      again = READ_AGAIN_MS;
    }
    if (!closed) timer = setTimeout(() => void read(), again).unref();
  }

  if (memoryBudget < 1) void read();

  return {
    limitOf(lane, options) {
      const urgent = options.urgent || lane.startsWith('express:');
      const share = shares.get(partitions.of(lane).scope) ?? 0;
      // The script is asked even then: it knows a duplicate, which needs no memory.
      if (share >= (urgent ? urgentBudget : memoryBudget))
        return { most: 0, refusal: 'memory-full' };
      if (options.evenIfFull || laneCeiling === undefined)
        return { most: '', refusal: 'lane-full' };
      return { most: laneCeiling + (urgent ? PLACES_ABOVE_CEILING : 0), refusal: 'lane-full' };
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
