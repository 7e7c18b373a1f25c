/** Callers that wait for one thing, each with a signal of its own. */
export interface Waiters {
  /** Resolves, never rejects, at the next `letGo`, or when the signal fires. */
  wait(signal: AbortSignal): Promise<void>;
  letGo(): void;
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
    letGo() {
      for (const end of [...waiting]) end();
    },
  };
}
