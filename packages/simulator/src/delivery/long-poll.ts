import { conflict, type ApiError } from '../api/api-error.js';
import type { Clock } from '../clock.js';
import type { QueuedUpdate, UpdateQueue } from './update-queue.js';

/** The arguments of a getUpdates call. */
export interface PollRequest {
  offset: number;
  /** 1 to 100. */
  limit: number;
  /** 0 to 50. */
  timeoutSeconds: number;
  /** Aborted when the caller disconnects. */
  signal: AbortSignal;
}

/** getUpdates: serves one caller at a time, and a new caller interrupts the previous one. */
export interface LongPoll {
  /** Waits for updates above the offset, up to the timeout. @throws ApiError 409 when interrupted */
  poll(request: PollRequest): Promise<QueuedUpdate[]>;
  /** Rejects a call with a 409, which is delayed when it follows another one too soon. */
  refuse(reason: string): Promise<never>;
  /** Ends the waiting call, if any, with a 409. */
  interrupt(reason: string): void;
  isWaiting(): boolean;
  /** Real milliseconds since a bot last asked. */
  idleMs(): number;
}

/** A 409 that follows another one within this time is delayed by this time. */
const conflictGapMs = 3_000;
/** How long to wait for further updates before answering, so that updates that arrive together share an answer. */
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

  /** Confirms all updates below the offset; a negative offset keeps only the newest ones. */
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

  /** Resolves on an update, on the timeout, or when the caller disconnects; rejects when interrupted. */
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
