import { conflict, type ApiError } from '../api/api-error.js';
import type { Clock } from '../clock.js';
import type { QueuedUpdate, UpdateQueue } from './update-queue.js';

export interface PollRequest {
  offset: number;
  /** 1 to 100. */
  limit: number;
  /** 0 to 50. */
  timeoutSeconds: number;
  /** Fires when the caller has gone. */
  signal: AbortSignal;
}

/** getUpdates: one caller at a time, a new one ends the one before. */
export interface LongPoll {
  poll(request: PollRequest): Promise<QueuedUpdate[]>;
  /** Refuses a call with a 409, held back when it follows another too soon. */
  refuse(reason: string): Promise<never>;
  /** Ends the caller that waits, if any, with a 409. */
  interrupt(reason: string): void;
  isWaiting(): boolean;
  /** Real milliseconds since a bot last asked. */
  idleMs(): number;
}

/** A second caller's 409 within this time of another one is held back as long. */
const conflictGapMs = 3_000;
/** How long updates that come together are gathered into one answer. */
const gatherMs = 2;
const maxAnswerBytes = 4 * 2 ** 20;

export function createLongPoll(queue: UpdateQueue, clock: Clock): LongPoll {
  let interruptWaiting: ((reason: ApiError) => void) | undefined;
  let lastConflictAtMs = -Infinity;
  let previous = { offset: NaN, startedAtMs: -Infinity };
  let lastPollAt = -Infinity;

  async function raise(error: ApiError): Promise<never> {
    const now = clock.elapsedMs();
    const tooSoon = now - lastConflictAtMs < conflictGapMs;
    lastConflictAtMs = now;
    if (tooSoon) await clock.wait(conflictGapMs);
    throw error;
  }

  function interrupt(reason: string): void {
    interruptWaiting?.(conflict(reason));
    interruptWaiting = undefined;
  }

  /** Confirms everything below the offset; a negative one keeps only the newest. */
  function confirm(offset: number): void {
    const pending = [...queue.pending()];
    if (offset < 0) {
      for (const update of pending.slice(0, offset)) queue.remove(update);
    }
    for (const update of pending) {
      const expired = clock.elapsedMs() > update.expiresAtMs;
      if (expired || update.updateId < offset) queue.remove(update);
    }
  }

  function take(limit: number): QueuedUpdate[] {
    const taken: QueuedUpdate[] = [];
    let bytes = 0;
    for (const update of queue.pending()) {
      bytes += update.body.length;
      if (taken.length === limit || (taken.length > 0 && bytes > maxAnswerBytes)) break;
      taken.push(update);
    }
    return taken;
  }

  /** Resolves when there is an update, the time is over or the caller has gone; rejects when interrupted. */
  function waitForUpdate(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (end: () => void) => {
        stopTimer();
        stopGathering?.();
        unsubscribe();
        signal.removeEventListener('abort', over);
        if (interruptWaiting === stop) interruptWaiting = undefined;
        end();
      };
      const over = () => finish(resolve);
      const stop = (error: ApiError) => finish(() => reject(error));
      let stopGathering: (() => void) | undefined;
      const stopTimer = clock.after(timeoutMs, over);
      const unsubscribe = queue.onPush(() => (stopGathering ??= clock.after(gatherMs, over)));
      signal.addEventListener('abort', over, { once: true });
      interruptWaiting = stop;
    });
  }

  return {
    async poll({ offset, limit, timeoutSeconds, signal }) {
      lastPollAt = Date.now();
      interrupt(
        'terminated by other getUpdates request; make sure that only one bot instance is running',
      );
      const now = clock.elapsedMs();
      const again = offset === previous.offset ? now - previous.startedAtMs : Infinity;
      previous = { offset, startedAtMs: now };
      const timeoutMs = (again < 3_000 ? Math.max(3, timeoutSeconds) : timeoutSeconds) * 1_000;
      confirm(offset);
      if (queue.size() === 0 && timeoutMs > 0) {
        await waitForUpdate(timeoutMs, signal).catch(raise);
      }
      lastPollAt = Date.now();
      return take(again < 500 ? 1 : limit);
    },
    refuse: (reason) => raise(conflict(reason)),
    interrupt,
    isWaiting: () => interruptWaiting !== undefined,
    idleMs: () => Date.now() - lastPollAt,
  };
}
