/** A paused Telegram scope. */
export interface PauseEntry {
  /** `chat <id>`, `method <name>`, `bulk`, `bot`, or `telegram`. */
  readonly scope: string;
  /** Milliseconds until the pause ends. */
  readonly leftMs: number;
  /** Milliseconds since the pause began. */
  readonly sinceMs: number;
  /** The reason, shown to operators. */
  readonly why: string;
}

/** Operations on shared limits in Redis. */
export const sharedOperations = ['read', 'pause', 'lift', 'probe', 'flood', 'lease'] as const;
/** One of these operations. */
export type SharedOperation = (typeof sharedOperations)[number];

/** Notified of changes to pauses. All methods are optional, and none may throw. */
export interface PausesObserver {
  /** This process paused a scope or extended its pause. */
  onPause?(event: { scope: string; forMs: number; why: string }): void;
  /** This process lifted a pause. */
  onLift?(event: { scope: string }): void;
  /** Redis did not respond; this process goes on with what it knows. */
  onPausesUnshared?(event: { operation: SharedOperation; error: unknown }): void;
}

/** Paused Telegram scopes, shared by all processes of a deployment through Redis. */
export interface Pauses {
  /** Reads the pauses now and then once per second. Resolves after the first read, even if it failed. */
  start(): Promise<void>;
  /** Stops reading. */
  stop(): void;
  /** Milliseconds until the scope opens, from memory; 0 if it is open. */
  leftMs(scope: string): number;
  /** Milliseconds since the pause began; undefined if the scope is open. */
  since(scope: string): number | undefined;
  /**
   * Pauses the scope for at least `forMs` from now: in this process at once, in the others within a second. Never
   * rejects: while Redis is unavailable the pause applies to this process, and is stored once Redis is back.
   */
  pause(scope: string, forMs: number, why: string): Promise<void>;
  /** Lifts the scope's pause, here at once and in other processes within a second. Never rejects. */
  lift(scope: string): Promise<void>;
  /**
   * Resolves to true for one caller in each period of `everyMs`, deployment-wide, or per process while Redis is
   * unavailable.
   */
  mayProbe(scope: string, everyMs: number): Promise<boolean>;
  /** All pauses, read from Redis, longest remaining first. Rejects when Redis does not respond. */
  list(): Promise<PauseEntry[]>;
  /** All pauses that this process knows, longest remaining first. */
  known(): PauseEntry[];
  /**
   * Calls the listener when a pause begins, is extended or is lifted, but not when it expires. Returns the unsubscribe
   * function.
   */
  onChange(listener: (scope: string) => void): () => void;
}
