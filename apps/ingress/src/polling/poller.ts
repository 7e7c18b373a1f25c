import type { UpdateBody } from '@chatlane/contracts';
import { sleep } from '@chatlane/runtime';
import type { IngressObserver } from '../observer.js';
import { NotStoredError, type Store } from '../store.js';
import type { GetUpdates } from './get-updates.js';
import { PollError } from './poll-error.js';
import type { PollerLock } from './poller-lock.js';
import { createBackpressuredStore, type LaneFullWait } from './backpressured-store.js';

export interface PollerOptions {
  lock: PollerLock;
  getUpdates: GetUpdates;
  read: (raw: Buffer) => UpdateBody;
  store: Store;
  observer: Pick<IngressObserver, 'polling' | 'pollFailed'>;
  /** The first wait after a failure, doubled up to the last. Default 500 and 30,000 ms. */
  backOffMs?: { first: number; last: number };
  /** How updates wait for room in a full lane. */
  laneFullWait?: LaneFullWait;
}

export interface Poller {
  start(): void;
  /** Ends the call in flight: what it would have brought is not confirmed, so it comes again. */
  stop(): Promise<void>;
  /** Telegram refused the token the last time it was asked by this process. */
  isTokenRefused(): boolean;
}

/**
 * Asks for updates and stores them, in one process at a time. A batch is confirmed, by the next
 * offset, only when every update of it is stored: what fails in between comes again.
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

  /** Stores a lane's updates one after the other, lanes side by side; resolves to the next offset. */
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
    // A parked one has to be confirmed too, or Telegram would send it for ever.
    const ids = bodies.flatMap((body) => (body.update ?? body).updateId ?? []);
    if (batch.length > 0 && ids.length === 0) {
      throw new PollError('answer', 'Telegram answered getUpdates with a list of no updates.');
    }
    // After an empty answer all is confirmed, and without an offset an id that restarted lower is seen too.
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
