/** The time something may take in all; for a transfer, waiting for our own bandwidth cap does not count. */
export interface Deadline {
  /** Fires when the time is over, with a TimeoutError. */
  readonly signal: AbortSignal;
  extend(ms: number): void;
  stop(): void;
}

/** Unlike AbortSignal.timeout, it holds when it is only within an AbortSignal.any: Node 20 collects that one, timer and all. */
export function createDeadline(totalMs: number): Deadline {
  const over = new AbortController();
  let endsAt = performance.now() + totalMs;
  let timer: NodeJS.Timeout;
  function look(): void {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) over.abort(new DOMException('Its time is over', 'TimeoutError'));
    else timer = setTimeout(look, leftMs);
  }
  look();
  return {
    signal: over.signal,
    extend: (ms) => void (endsAt += ms),
    stop: () => clearTimeout(timer),
  };
}
