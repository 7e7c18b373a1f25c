/** One scope of Telegram that is paused. */
export interface PauseEntry {
  /** `chat <id>`, `method <name>`, `bulk`, `bot`, or `telegram`. */
  readonly scope: string;
  /** Milliseconds until it ends. */
  readonly leftMs: number;
  /** Milliseconds since it began. */
  readonly sinceMs: number;
  /** For the operator. */
  readonly why: string;
}

/** What is done with pauses in Redis. */
export const sharedOperations = ['read', 'pause', 'lift', 'probe', 'flood', 'lease'] as const;
export type SharedOperation = (typeof sharedOperations)[number];

/** Notified of what happens to pauses; all methods are optional, and none may throw. */
export interface PausesObserver {
  /** This process paused a scope, or prolonged its pause. */
  onPause?(event: { scope: string; forMs: number; why: string }): void;
  /** This process ended a pause. */
  onLift?(event: { scope: string }): void;
  /** Redis did not answer: this process goes on with the pauses that it knows. */
  onPausesUnshared?(event: { operation: SharedOperation; error: unknown }): void;
}

/** Scopes of Telegram that are paused, shared by all processes of a deployment through Redis. */
export interface Pauses {
  /** Reads the pauses once, then once a second. Resolves also when Redis does not answer. */
  start(): Promise<void>;
  stop(): void;
  /** Milliseconds until the scope opens, from memory; 0: it is open. */
  leftMs(scope: string): number;
  /** Milliseconds since the pause began; undefined: the scope is open. */
  since(scope: string): number | undefined;
  /**
   * Pauses the scope for at least `forMs` from now: in this process at once, in the others within a second. Never
   * rejects: while Redis is away the pause holds in this process, and is stored when Redis returns.
   */
  pause(scope: string, forMs: number, why: string): Promise<void>;
  /** Opens the scope, in the same way. */
  lift(scope: string): Promise<void>;
  /** True for one caller of the deployment in each period. While Redis is away: for one caller of this process. */
  mayProbe(scope: string, everyMs: number): Promise<boolean>;
  /** All pauses, read from Redis, the one that lasts longest first. @throws Error when Redis does not answer */
  list(): Promise<PauseEntry[]>;
  /** The same from memory: as far as this process knows them. */
  known(): PauseEntry[];
  /** Calls the listener when a scope is paused, prolonged or lifted, but not when its time is over. */
  onChange(listener: (scope: string) => void): () => void;
}
