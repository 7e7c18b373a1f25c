/** A thread that never waits longer than this for anything but the network is stuck. */
const EVERY_MS = 5_000;
const MOST_SILENT = 12;

/**
 * Asks a thread every 5 s whether it answers, and calls `onStuck` when it has not for a minute. Asked times are counted,
 * not the clock: a process that was frozen as a whole finds its thread well.
 *
 * @param answers resolves to false when no answer came in time
 * @returns ends it
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
