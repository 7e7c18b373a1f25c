/** The longest time that Node's timers take; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Sleeps `ms`, or until `subscribe` calls its wake function, which it must not do at once: it returns what ends the
 * subscription.
 *
 * @throws the signal's reason
 */
export function sleep(
  ms: number,
  signal: AbortSignal,
  subscribe?: (wake: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    // Node's timers may fire a millisecond early, and a call that is too early makes a flood longer.
    const timer = setTimeout(wake, Math.min(LONGEST_MS, Math.ceil(ms) + 1));
    signal.addEventListener('abort', abort, { once: true });
    const unsubscribe = subscribe?.(wake);

    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      unsubscribe?.();
    }
    function wake(): void {
      end();
      resolve();
    }
    function abort(): void {
      end();
      reject(signal.reason as Error);
    }
  });
}
