/** The longest delay that Node.js timers support; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Resolves after `ms`, or when `wake` is called. `subscribe` must not call `wake` synchronously, and returns a function
 * that ends the subscription. Rejects with the signal's reason.
 */
export function sleep(
  ms: number,
  signal: AbortSignal,
  subscribe?: (wake: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    // Node.js timers may fire a millisecond early, and a call that comes too early prolongs a flood wait.
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
