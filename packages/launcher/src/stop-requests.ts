/** Requests of the user or the system to stop the launcher. */
export interface StopRequests {
  /** Aborted by the first request. */
  signal: AbortSignal;
  /** Sets the callback of the second request. */
  onSecond(callback: () => void): void;
  close(): void;
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// npm forwards a terminal's Ctrl-C to its script, which has already received it, so two signals are one request.
const sameRequestMs = 500;

/** Listens to SIGINT (Ctrl-C), SIGTERM and SIGHUP. Under npm, also stops when npm ends for any reason. */
export function listenForStop(underNpm: boolean): StopRequests {
  const first = new AbortController();
  let firstAt = 0;
  let second: () => void = () => undefined;
  function handle() {
    if (!first.signal.aborted) {
      firstAt = Date.now();
      first.abort();
    } else if (Date.now() - firstAt >= sameRequestMs) {
      second();
    }
  }
  for (const name of names) process.on(name, handle);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (underNpm && process.ppid !== parent) first.abort();
  }, 500);
  watch.unref();
  return {
    signal: first.signal,
    onSecond: (callback) => {
      second = callback;
    },
    close() {
      clearInterval(watch);
      names.forEach((name) => process.off(name, handle));
    },
  };
}
