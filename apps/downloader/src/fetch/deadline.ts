/** A time limit. For a transfer, waiting for our own bandwidth limit does not count. */
export interface Deadline {
  /** Aborted with a TimeoutError when the time is up. */
  readonly signal: AbortSignal;
  extend(ms: number): void;
  stop(): void;
}

/**
 * Unlike AbortSignal.timeout, it also works when only an AbortSignal.any refers to it. In that case Node 20
 * garbage-collects an AbortSignal.timeout.
 */
export function createDeadline(totalMs: number): Deadline {
  const over = new AbortController();
  let endsAt = performance.now() + totalMs;
  let timer: NodeJS.Timeout;
  function check(): void {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) over.abort(new DOMException('The deadline has passed', 'TimeoutError'));
    else timer = setTimeout(check, leftMs);
  }
  check();
  return {
    signal: over.signal,
    extend: (ms) => void (endsAt += ms),
    stop: () => clearTimeout(timer),
  };
}
