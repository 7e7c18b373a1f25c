/** The time a transfer may take in all; waiting for our own bandwidth cap does not count. */
export interface Deadline {
  /** Fires when the time is over. */
  readonly signal: AbortSignal;
  extend(ms: number): void;
  stop(): void;
}

export function createDeadline(totalMs: number): Deadline {
  const over = new AbortController();
  let endsAt = performance.now() + totalMs;
  let timer: NodeJS.Timeout;
  function look(): void {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) over.abort(new Error('The transfer took too long'));
    else timer = setTimeout(look, leftMs);
  }
  look();
  return {
    signal: over.signal,
    extend: (ms) => void (endsAt += ms),
    stop: () => clearTimeout(timer),
  };
}
