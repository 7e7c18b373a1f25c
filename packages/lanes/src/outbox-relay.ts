import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from './keys.js';
import type { LaneObserver } from './observer.js';
import { readEntry, type OutboxEntry, type StoredEntry } from './outbox.js';

/** Entries that one look of the sweep takes, and that a worker has in hand of those it takes. */
const MOST_AT_ONCE = 100;

/** Hands an entry on; resolves once the receiver has it for good. Called again, perhaps elsewhere, when it rejects. */
export type Deliver = (entry: OutboxEntry) => Promise<void>;

/**
 * Delivers what turns have committed, at least once. Whoever commits delivers at once; what is left behind by a
 * worker that died, or whose delivery rejected, is taken up by the sweep of any worker.
 */
export interface OutboxRelay {
  /** Somebody delivers: turns may stage. */
  readonly isOpen: boolean;
  /** Begins to deliver and does not wait for it. */
  deliver(keys: PartitionKeys, entries: readonly StoredEntry[]): void;
  /** The same, of entries that the sweep found. */
  takeUp(keys: PartitionKeys, stored: readonly string[]): void;
  /** How many the sweep may take now. */
  room(): number;
  /** Resolves when nothing is in hand. */
  untilIdle(): Promise<void>;
}

export function createOutboxRelay(
  redis: Redis,
  deliver: Deliver | undefined,
  observer: LaneObserver | undefined,
): OutboxRelay {
  const inHand = new Map<string, Promise<void>>();

  async function handOn(keys: PartitionKeys, { id, kind, lane, json, stored }: StoredEntry) {
    try {
      await deliver?.({ id, kind, lane, json });
      await redis.zrem(keys.outbox, stored);
    } catch (error) {
      // It is in the outbox still: the sweep finds it there.
      observer?.trouble?.('outbox', error);
    } finally {
      inHand.delete(stored);
    }
  }

  function begin(keys: PartitionKeys, entries: readonly StoredEntry[]): void {
    for (const entry of entries) {
      if (!inHand.has(entry.stored)) inHand.set(entry.stored, handOn(keys, entry));
    }
  }

  return {
    isOpen: deliver !== undefined,
    deliver: begin,
    takeUp(keys, found) {
      for (const stored of found) {
        const entry = readEntry(stored);
        if (entry) begin(keys, [entry]);
        else observer?.trouble?.('outbox', new Error(`${keys.outbox} holds what is no entry.`));
      }
    },
    room: () => (deliver ? Math.max(0, MOST_AT_ONCE - inHand.size) : 0),
    async untilIdle() {
      while (inHand.size > 0) await Promise.all(inHand.values());
    },
  };
}
