/** A thread that does not answer for this long, although it never waits for anything but the network, is stuck. */
const EVERY_MS = 5_000;
const MOST_SILENT = 12;

/**
 * Pings a thread every 5 s, and calls `onStuck` when it has not answered for a minute. It counts pings instead of
 * measuring time, so that a process that was frozen as a whole does not consider its thread stuck.
 *
 * @param answers resolves to false when no answer came in time
 * @returns a function that stops watching
 */
export function watchThread(
  answers: () => Promise<boolean>,
  onStuck: () => void,
  everyMs = EVERY_MS,
): () => void {
  let silent = 0;
  const timer = setInterval(() => {
    void answers().then((answered) => {
      silent = answered ? 0 : silent + 1;
      if (silent === MOST_SILENT) onStuck();
    });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
