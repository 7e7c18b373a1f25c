import type { UpdateBody } from '@chatlane/contracts';
import { sleep } from '@chatlane/runtime';
import { NotStoredError, type Store } from '../store.js';

/** How an update waits for space in its lane. */
export interface LaneFullWait {
  /** Milliseconds between two attempts. */
  intervalMs: number;
  /** Milliseconds after the batch's arrival from which its updates may exceed the ceiling. */
  maxMs: number;
}

/**
 * Stores the updates of one batch. An update whose lane is full waits for space, and the whole stream with it, because
 * `getUpdates` returns further updates only once the whole batch is confirmed. A full lane therefore slows the stream
 * down, but only for `maxMs`, after which its updates exceed the ceiling: one chat must not block all others forever.
 * The memory budget has no such time limit.
 */
export function createBackpressuredStore(
  store: Store,
  signal: AbortSignal,
  { intervalMs, maxMs }: LaneFullWait,
): (body: UpdateBody) => Promise<unknown> {
  const end = performance.now() + maxMs;
  return async function storeWhenLaneHasSpace(body) {
    for (;;) {
      try {
        return await store(body, { evenIfFull: performance.now() >= end });
      } catch (error) {
        if (!(error instanceof NotStoredError) || error.reason !== 'lane-full') throw error;
      }
      await sleep(intervalMs, signal);
    }
  };
}
