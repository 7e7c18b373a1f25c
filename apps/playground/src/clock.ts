/** Telegram's time as the simulator keeps it: every duration inside is Telegram's, and passes `timeScale` times as fast. */
export interface Clock {
  readonly timeScale: number;
  /** Milliseconds of Telegram's time since the clock was made. Never goes back. */
  elapsedMs(): number;
  /** The real time in Unix seconds, as stamped on messages: it is not scaled. */
  unixSeconds(): number;
  /** Runs `action` after `delayMs` of Telegram's time; the answer cancels it. */
  after(delayMs: number, action: () => void): () => void;
  /** Resolves after `delayMs` of Telegram's time. Never resolves once the clock is closed. */
  wait(delayMs: number): Promise<void>;
  /** A wait as a bot is told it in `retry_after`: whole real seconds, at least 1. */
  retryAfterSeconds(waitMs: number): number;
  /** Cancels everything that still waits. */
  close(): void;
}

export function createClock(timeScale: number): Clock {
  const startedAt = performance.now();
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
    elapsedMs: () => (performance.now() - startedAt) * timeScale,
    unixSeconds: () => Math.floor(Date.now() / 1000),
    after,
    wait: (delayMs) => new Promise((resolve) => after(delayMs, resolve)),
    retryAfterSeconds: (waitMs) => Math.max(1, Math.ceil(waitMs / timeScale / 1000)),
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
