import { setImmediate as macrotask } from 'node:timers/promises';
import { nextActionAfter } from '../turn/next-action.js';
import type { TurnInfo } from '../turn/turn.js';

/** After a failure of the network, and the longest interval that penalties lead to. */
const RETRY_MS = 5_000;
const LONGEST_INTERVAL_MS = 10_000;

export interface PacedUpdatesOptions {
  turn: Pick<TurnInfo, 'signal'>;
  /** Milliseconds from the end of a call to the start of the next. Doubles with each penalty (429), up to 10 s. */
  everyMs: number;
  /** Milliseconds after which the last state is sent again though nothing changed. Default: never. */
  repeatAfterMs?: number;
  /** Milliseconds before the first call. Default 0. */
  firstAfterMs?: number;
  /**
   * Shows the newest state. Answers whether it made a call.
   *
   * @param isRepeat nothing has changed: it is sent so that Telegram goes on showing it
   */
  send: (signal: AbortSignal, isRepeat: boolean) => Promise<boolean>;
  /** Called when Telegram refuses an update for good; true has the newest state sent in another way. Default: stops. */
  onRefused?: (error: unknown) => boolean;
  /** Called for each update that failed while the turn goes on. */
  onFailed?: () => void;
}

/** Sends the newest of many states within the limits. */
export interface PacedUpdates {
  /** Says that there is a newer state. Returns at once. */
  changed(): void;
  /** How many milliseconds the chat has to stay silent because of a penalty (429). */
  silentForMs(): number;
  /** Sends nothing more. Resolves when the update under way has ended, so that it cannot overtake what follows. */
  close(): Promise<void>;
  /** Sends nothing more and aborts the update under way. */
  abort(): Promise<void>;
}

/**
 * Shows a state that changes faster than Telegram takes edits: only the newest one is sent, one at a time. After a 429
 * it stays silent for as long as Telegram says. No failure gets out: an update that fails is replaced by a later one.
 * Everything ends with the turn.
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
      // Aborted together with what it showed.
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
      everyMs = Math.min(2 * everyMs, Math.max(everyMs, LONGEST_INTERVAL_MS));
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
      // The client rejects at once; what does not is not waited for.
      await Promise.race([running, macrotask()]);
    },
  };
}

/** The wait that an error asks for, in milliseconds. */
export function waitOf(error: unknown, fallbackMs: number): number {
  const stated = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof stated === 'number' && stated > 0 ? stated : fallbackMs;
}
