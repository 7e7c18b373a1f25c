/** Callers that wait for one thing, each with a signal of its own. */
export interface Waiters {
  /** Resolves, never rejects, at the next `release`, or when the signal fires. */
  wait(signal: AbortSignal): Promise<void>;
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
