/** Callers waiting for the same event, each with its own signal. */
export interface Waiters {
  /** Resolves at the next `release`, or when the signal fires. Never rejects. */
  wait(signal: AbortSignal): Promise<void>;
  /** Releases all current waiters. */
  release(): void;
}

export function createWaiters(): Waiters {
  const waiting = new Set<() => void>();
  return {
    wait(signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          waiting.delete(end);
          signal.removeEventListener('abort', end);
          resolve();
        };
        waiting.add(end);
        signal.addEventListener('abort', end, { once: true });
      });
    },
    release() {
      for (const end of [...waiting]) end();
    },
  };
}
