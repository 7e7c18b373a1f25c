/**
 * Telegram's time, which passes `timeScale` times as fast as real time. Unless stated otherwise, durations are
 * Telegram's.
 */
export interface Clock {
  readonly timeScale: number;
  /** Milliseconds of Telegram's time since the clock was created. Monotonic. */
  elapsedMs(): number;
  /** The real time in Unix seconds, not scaled, plus what was skipped. Messages carry it. */
  unixSeconds(): number;
  /** Moves the time ahead. Pending actions do not run earlier. */
  skip(ms: number): void;
  /** Runs `action` after `delayMs` of Telegram's time. Returns a function that cancels it. */
  after(delayMs: number, action: () => void): () => void;
  /** Resolves after `delayMs` of Telegram's time. Never resolves once the clock is closed. */
  wait(delayMs: number): Promise<void>;
  /** Converts a wait to a `retry_after` value: whole real seconds, at least 1. */
  retryAfterSeconds(waitMs: number): number;
  /** Cancels everything that is still waiting. */
  close(): void;
}

/** Starts a clock. @param timeScale how many times as fast as real time it runs */
export function createClock(timeScale: number): Clock {
  const startedAt = performance.now();
  let skippedMs = 0;
  const timers = new Set<ReturnType<typeof setTimeout>>();

  function after(delayMs: number, action: () => void): () => void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        action();
      },
      Math.max(0, delayMs / timeScale),
    );
    timers.add(timer);
    return () => {
      timers.delete(timer);
      clearTimeout(timer);
    };
  }

  return {
    timeScale,
    elapsedMs: () => (performance.now() - startedAt) * timeScale + skippedMs,
    unixSeconds: () => Math.floor((Date.now() + skippedMs) / 1000),
    skip(ms) {
      skippedMs += ms;
    },
    after,
    wait: (delayMs) => new Promise((resolve) => after(delayMs, resolve)),
    retryAfterSeconds: (waitMs) => Math.max(1, Math.ceil(waitMs / timeScale / 1000)),
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
