import type { UpdateBody } from '@chatlane/contracts';
import { sleep } from '@chatlane/runtime';
import type { IngressObserver } from '../observer.js';
import { NotStoredError, type Store } from '../store.js';
import type { GetUpdates } from './get-updates.js';
import { PollError } from './poll-error.js';
import type { PollerLock } from './poller-lock.js';
import { createBackpressuredStore, type LaneFullWait } from './backpressured-store.js';

/** Options of `createPoller`. */
export interface PollerOptions {
  lock: PollerLock;
  getUpdates: GetUpdates;
  read: (raw: Buffer) => UpdateBody;
  store: Store;
  observer: Pick<IngressObserver, 'polling' | 'pollFailed'>;
  /** Milliseconds to wait after the first failure, and the limit up to which they double. Default: 500 and 30,000. */
  backOffMs?: { first: number; last: number };
  /** How updates wait for space in a full lane. Default: every 500 ms, up to 2,000 ms. */
  laneFullWait?: LaneFullWait;
}

/** Long polling in the background. */
export interface Poller {
  /** Starts polling in the background. */
  start(): void;
  /** Aborts the pending call. Its updates are not confirmed, so Telegram sends them again. */
  stop(): Promise<void>;
  /** Whether Telegram rejected the token in this process's last poll. */
  isTokenRefused(): boolean;
}

/**
 * Polls for updates and stores them, in one process at a time. The next offset confirms a batch only once all of its
 * updates are stored; after a failure Telegram sends the batch again.
 */
export function createPoller(options: PollerOptions): Poller {
  const { lock, getUpdates, read, store, observer } = options;
  const { first, last } = options.backOffMs ?? { first: 500, last: 30_000 };
  const laneFullWait = options.laneFullWait ?? { intervalMs: 500, maxMs: 2_000 };
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let tokenRefused = false;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      observer.polling('waiting');
      const held = await lock.acquire(stopping.signal);
      await poll(AbortSignal.any([stopping.signal, held.lost])).finally(() => held.release());
    }
  }

  async function poll(signal: AbortSignal): Promise<void> {
    let offset: number | undefined;
    let failures = 0;
    observer.polling('polling');
    while (!signal.aborted) {
      try {
        offset = await storeBatch(await getUpdates(offset, signal), signal);
        if (failures > 0) observer.polling('polling');
        failures = 0;
        tokenRefused = false;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        await backOff(error, failures, signal);
      }
    }
  }

  /** Stores the updates of each lane in order, and different lanes concurrently. Resolves to the next offset. */
  async function storeBatch(
    batch: readonly Buffer[],
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const storeWhenLaneHasSpace = createBackpressuredStore(store, signal, laneFullWait);
    const lanes = new Map<string, Promise<unknown>>();
    const bodies = batch.map(read);
    for (const body of bodies) {
      const lane = body.update?.lane ?? '';
      lanes.set(
        lane,
        (lanes.get(lane) ?? Promise.resolve()).then(() => storeWhenLaneHasSpace(body)),
      );
    }
    const failed = (await Promise.allSettled(lanes.values())).find((end) => 'reason' in end);
    if (failed) throw failed.reason;
    // Parked updates must be confirmed too, or Telegram would send them forever.
    const ids = bodies.flatMap((body) => (body.update ?? body).updateId ?? []);
    if (batch.length > 0 && ids.length === 0) {
      throw new PollError('answer', "Telegram's response to getUpdates contains no valid update.");
    }
    // After an empty response everything is confirmed. Without an offset, update ids that restarted lower are seen too.
    return ids.length > 0 ? Math.max(...ids) + 1 : undefined;
  }

  async function backOff(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const known = error instanceof PollError ? error : undefined;
    const ceiling = Math.min(first * 2 ** (failures - 1), last);
    const waitMs = known?.retryAfterMs ?? ceiling * (0.5 + Math.random() / 2);
    const reason = known?.reason ?? (error instanceof NotStoredError ? 'storage' : 'answer');
    tokenRefused = reason === 'token';
    observer.polling('failing');
    observer.pollFailed(reason, error as Error, Math.round(waitMs));
    await sleep(waitMs, signal).catch(() => undefined);
  }

  return {
    isTokenRefused: () => tokenRefused,
    start() {
      running = run().catch((error: unknown) => {
        if (!stopping.signal.aborted) throw error;
      });
    },
    async stop() {
      stopping.abort(new Error('stopping'));
      await running;
      observer.polling('stopped');
    },
  };
}
