import type { UpdateBody } from '@chatlane/contracts';
import { sleep } from '@chatlane/runtime';
import { NotStoredError, type Store } from '../store.js';

/** How an update waits for room in its lane. */
export interface Holding {
  /** Between two attempts. Default 500 ms. */
  everyMs: number;
  /** From the batch's arrival, after which its updates go above the ceiling. Default 2,000 ms. */
  longestMs: number;
}

/**
 * Stores the updates of one batch. An update whose lane is full waits for room, and the whole stream
 * with it: `getUpdates` shows what lies behind a batch only once all of the batch is confirmed. So a
 * lane slows the stream, and after `longestMs` is filled above its ceiling: one chat must not keep the
 * updates of all the others away for ever. The memory budget holds back without end.
 */
export function createStoreHeld(
  store: Store,
  signal: AbortSignal,
  { everyMs, longestMs }: Holding,
): (body: UpdateBody) => Promise<unknown> {
  const end = performance.now() + longestMs;
  return async function storeHeld(body) {
    for (;;) {
      try {
        return await store(body, { evenIfFull: performance.now() >= end });
      } catch (error) {
        if (!(error instanceof NotStoredError) || error.reason !== 'lane-full') throw error;
      }
      await sleep(everyMs, signal);
    }
  };
}
