import type { UpdateBody } from '@chatlane/contracts';
import { sleep } from '@chatlane/runtime';
import { NotStoredError, type Store } from '../store.js';

/** How an update waits for room in its lane. */
export interface LaneFullWait {
  /** Between two attempts. Default 500 ms. */
  intervalMs: number;
  /** From the batch's arrival, after which its updates go above the ceiling. Default 2,000 ms. */
  maxMs: number;
}

/**
 * Stores the updates of one batch. An update whose lane is full waits for room, and the whole stream
 * with it: `getUpdates` shows what lies behind a batch only once all of the batch is confirmed. So a
 * lane slows the stream, and after `maxMs` is filled above its ceiling: one chat must not keep the
 * updates of all the others away for ever. The memory budget holds back without end.
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
