/** Time limits of a turn. */
export interface TurnLimits {
  /** Milliseconds a handler may take before its signal is aborted, not counting the time it waits for permission. */
  turnTimeoutMs: number;
  /** Milliseconds after that time limit until a handler that still runs counts as stuck. */
  graceMs: number;
}

/** The time limit of a turn and the grace period after it. The clock can be paused until the limit is reached. */
export class TurnDeadline {
  readonly #onLimit: () => void;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = performance.now();
  #leftMs: number;
  #waits = new Set<symbol>();
  #reached = false;

  /** `onStuck` is called at the end of the grace period, also for a turn that was aborted before its limit. */
  constructor(limits: TurnLimits, onLimit: () => void, onStuck: () => void) {
    this.#leftMs = limits.turnTimeoutMs;
    this.#onLimit = () => {
      this.#reached = true;
      onLimit();
      this.#timer = setTimeout(onStuck, limits.graceMs);
    };
    this.#start();
  }

  get isPaused(): boolean {
    return this.#waits.size > 0;
  }

  /** Pauses the clock. The returned function ends this wait; the clock resumes when no wait is left. */
  pause(): () => void {
    if (this.#reached) return () => undefined;
    if (!this.isPaused) {
      clearTimeout(this.#timer);
      this.#leftMs -= performance.now() - this.#startedAt;
    }
    const wait = Symbol('wait');
    this.#waits.add(wait);
    return () => {
      if (this.#waits.delete(wait) && !this.isPaused) this.#start();
    };
  }

  /** Ends all waits, so that the clock of an aborted handler runs whatever it still waits for. */
  endWaits(): void {
    if (!this.isPaused) return;
    this.#waits.clear();
    this.#start();
  }

  clear(): void {
    this.#waits.clear();
    clearTimeout(this.#timer);
  }

  #start(): void {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#onLimit, Math.max(0, this.#leftMs));
  }
}
