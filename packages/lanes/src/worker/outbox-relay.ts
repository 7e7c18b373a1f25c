import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from '../keys.js';
import type { LaneObserver } from '../observer.js';
import { readEntry, type OutboxEntry, type StoredEntry } from '../turn/outbox.js';

/** The sweep does not claim further entries while a worker is delivering this many. */
const MAX_IN_FLIGHT = 100;

/** Delivers an entry; resolves once the receiver has stored it. If it rejects, any worker may call it again. */
export type Deliver = (entry: OutboxEntry) => Promise<void>;

/**
 * Delivers the entries of committed turns, at least once. The worker that commits a turn delivers its entries at once.
 * If that worker dies or the delivery fails, the sweep of any worker claims them.
 */
export interface OutboxRelay {
  /** A deliver callback is configured, so turns may stage entries. */
  readonly isOpen: boolean;
  /** Starts delivering, without waiting for the result. */
  deliver(keys: PartitionKeys, entries: readonly StoredEntry[]): void;
  /** The same for entries that the sweep has claimed. */
  takeUp(keys: PartitionKeys, stored: readonly string[]): void;
  /** How many entries the sweep may claim now. */
  capacity(): number;
  /** Resolves when no delivery is in progress. */
  untilIdle(): Promise<void>;
}

export function createOutboxRelay(
  redis: Redis,
  deliver: Deliver | undefined,
  observer: LaneObserver | undefined,
): OutboxRelay {
  const inFlight = new Map<string, Promise<void>>();

  async function deliverEntry(keys: PartitionKeys, { id, kind, lane, json, stored }: StoredEntry) {
    try {
      await deliver?.({ id, kind, lane, json });
      await redis.zrem(keys.outbox, stored);
    } catch (error) {
      // The entry is still in the outbox, where the sweep will find it.
      observer?.trouble?.('outbox', error);
    } finally {
      inFlight.delete(stored);
    }
  }

  function begin(keys: PartitionKeys, entries: readonly StoredEntry[]): void {
    for (const entry of entries) {
      if (!inFlight.has(entry.stored)) inFlight.set(entry.stored, deliverEntry(keys, entry));
    }
  }

  return {
    isOpen: deliver !== undefined,
    deliver: begin,
    takeUp(keys, found) {
      for (const stored of found) {
        const entry = readEntry(stored);
        if (entry) begin(keys, [entry]);
        else observer?.trouble?.('outbox', new Error(`${keys.outbox} contains an invalid entry.`));
      }
    },
    capacity: () => (deliver ? Math.max(0, MAX_IN_FLIGHT - inFlight.size) : 0),
    async untilIdle() {
      while (inFlight.size > 0) await Promise.all(inFlight.values());
    },
  };
}
