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

/** Listens to SIGINT (Ctrl-C), SIGTERM and SIGHUP. */
export function listenForStop(): StopRequests {
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
  return {
    signal: first.signal,
    onSecond: (callback) => {
      second = callback;
    },
    close: () => names.forEach((name) => process.off(name, handle)),
  };
}
