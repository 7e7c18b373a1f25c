/** How the person at the keyboard, or the system, asks the launcher to stop. */
export interface StopRequests {
  /** Fires at the first request. */
  signal: AbortSignal;
  /** Called at the second one. */
  onSecond(callback: () => void): void;
  close(): void;
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// npm hands a terminal's Ctrl-C on to its script, which has had it already: two signals, one request.
const sameRequestMs = 500;

/** Listens to SIGINT (Ctrl-C), SIGTERM and SIGHUP, and under npm also to npm's own end, however it came. */
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
