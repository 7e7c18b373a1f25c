import { setImmediate as macrotask } from 'node:timers/promises';
import { nextActionAfter } from '../turn/next-action.js';
import type { TurnInfo } from '../turn/turn.js';

/** The wait after a network failure, and the longest interval that penalties lead to. */
const RETRY_MS = 5_000;
const MAX_INTERVAL_MS = 10_000;

/** Options of `createPacedUpdates`. */
export interface PacedUpdatesOptions {
  turn: Pick<TurnInfo, 'signal'>;
  /** Milliseconds from the end of a call to the start of the next. Doubles with each penalty (429), up to 10 s. */
  everyMs: number;
  /** Milliseconds after which an unchanged state is sent again. Default: never. */
  repeatAfterMs?: number;
  /** Milliseconds before the first call. Default 0. */
  firstAfterMs?: number;
  /**
   * Shows the latest state. Resolves to whether it made a call.
   *
   * @param isRepeat the state has not changed, and is sent so that Telegram keeps showing it
   */
  send: (signal: AbortSignal, isRepeat: boolean) => Promise<boolean>;
  /**
   * Called when Telegram refuses an update for good. Return true to call `send` again, which should then show the state
   * in another way. By default updates stop.
   */
  onRefused?: (error: unknown) => boolean;
  /** Called for each update that failed while the turn is still running. */
  onFailed?: () => void;
}

/** Sends the latest of many states within Telegram's limits. */
export interface PacedUpdates {
  /** Reports that the state has changed. Returns at once. */
  changed(): void;
  /** Milliseconds until the end of a penalty (429), 0 if there is none. */
  silentForMs(): number;
  /** Stops updates. Resolves when the one under way has ended, so that it cannot overtake later calls. */
  close(): Promise<void>;
  /** Stops updates and aborts the one under way. */
  abort(): Promise<void>;
}

/**
 * Shows a state that may change faster than Telegram accepts edits. Updates are sent one at a time, each with the
 * latest state, and none while a 429 forbids it. Failures are not reported to the caller, because a later update
 * replaces a failed one. All updates end with the turn.
 */
export function createPacedUpdates(options: PacedUpdatesOptions): PacedUpdates {
  const { turn, repeatAfterMs = Infinity, send, onRefused, onFailed } = options;
  const stopped = new AbortController();
  let { everyMs } = options;
  let notBefore = performance.now() + (options.firstAfterMs ?? 0);
  let repeatAt = Infinity;
  let silentUntil = 0;
  let hasChanged = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  function schedule(): void {
    clearTimeout(timer);
    if (isClosed || running !== undefined) return;
    const at = hasChanged ? notBefore : Math.max(notBefore, repeatAt);
    if (at === Infinity) return;
    timer = setTimeout(
      () => {
        running = update().finally(() => {
          running = undefined;
          schedule();
        });
      },
      Math.max(0, at - performance.now()),
    );
  }

  async function update(): Promise<void> {
    const isRepeat = !hasChanged;
    hasChanged = false;
    try {
      if (await send(stopped.signal, isRepeat)) wait(everyMs);
      else if (isRepeat) repeatAt = performance.now() + repeatAfterMs;
    } catch (error) {
      // An aborted update is not a failure.
      if (!stopped.signal.aborted) onError(error);
    }
  }

  function wait(ms: number): void {
    const now = performance.now();
    notBefore = now + ms;
    repeatAt = now + Math.max(ms, repeatAfterMs);
  }

  function onError(error: unknown): void {
    const action = nextActionAfter(error, turn);
    if (action === 'over') return endTimers();
    onFailed?.();
    hasChanged = true;
    if (action === 'retry-after') {
      everyMs = Math.min(2 * everyMs, Math.max(everyMs, MAX_INTERVAL_MS));
      silentUntil = performance.now() + waitOf(error, everyMs);
      wait(Math.max(everyMs, silentUntil - performance.now()));
    } else if (action === 'retry') wait(Math.max(everyMs, RETRY_MS));
    else if (onRefused?.(error) === true) wait(everyMs);
    else endTimers();
  }

  function endTimers(): void {
    isClosed = true;
    clearTimeout(timer);
    turn.signal.removeEventListener('abort', endTimers);
  }

  turn.signal.addEventListener('abort', endTimers, { once: true });
  return {
    changed() {
      hasChanged = true;
      schedule();
    },
    silentForMs: () => Math.max(0, silentUntil - performance.now()),
    async close() {
      endTimers();
      await running;
    },
    async abort() {
      endTimers();
      stopped.abort();
      // The client rejects at once when it is aborted. Do not wait longer for anything else.
      await Promise.race([running, macrotask()]);
    },
  };
}

/** The `retryAfterMs` of an error, or `fallbackMs`. */
export function waitOf(error: unknown, fallbackMs: number): number {
  const stated = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof stated === 'number' && stated > 0 ? stated : fallbackMs;
}
