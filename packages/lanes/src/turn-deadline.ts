export interface TurnLimits {
  /** Milliseconds a handler may take before its signal fires, without the time that it waits for permission. */
  turnTimeoutMs: number;
  /** Milliseconds after that time limit until a handler that still runs counts as stuck. */
  graceMs: number;
}

/** The time limit of a turn and the grace after it: a clock that can be paused until the limit is reached. */
export class TurnDeadline {
  readonly #onLimit: () => void;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = performance.now();
  #leftMs: number;
  #waits = new Set<symbol>();
  #reached = false;

  /** `onStuck` is called at the end of the grace, also for a turn that was cancelled before its limit. */
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

  /** Stops the clock; the function that is returned lets it go on when no other wait lasts. */
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

  /** Ends all waits: a handler that is to end has its grace from here, whatever it still waits for. */
  goOn(): void {
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
