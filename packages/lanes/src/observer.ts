/**
 * Why the sweep had to wake a lane. `lost`: its wake-up was lost; `stranded`: it had mail but was in no state. Neither
 * happens in normal operation.
 */
export type SweepCause = (typeof sweepCauses)[number];
export const sweepCauses = ['lease-over', 'rest-over', 'lost', 'stranded'] as const;

/**
 * How a turn ended. `moved`: its event goes on in the lane of the supergroup. `waits`: its lane is that of a
 * supergroup, and the move of the group's old lane is not complete.
 */
export type TurnOutcome = (typeof turnOutcomes)[number];
export const turnOutcomes = [
  'done',
  'expired',
  'cancelled',
  'failed',
  'buried',
  'blocked',
  'fenced',
  'handed-back',
  'moved',
  'waits',
] as const;

/** Callbacks for metrics and logs. Every method is optional; none may throw. */
export interface LaneObserver {
  /** `waitedMs`: milliseconds from the event's arrival to the start of this turn. `attempt`: 1 unless it is a retry. */
  turnStarted?(kind: string, waitedMs: number, attempt: number): void;
  /** `error` is what the handler threw, for outcomes that follow an error. */
  turnEnded?(turn: TurnReport, outcome: TurnOutcome, error?: unknown): void;
  /** This process completed the move of a migrated group's lane. `carried` counts what this process has carried. */
  moved?(from: string, to: string, carried: { sessions: number; events: number }): void;
  /** How many handlers still run after their signal was aborted; called whenever the number changes. */
  handlersOverdue?(count: number): void;
  /** A handler still runs five seconds after its signal was aborted. Its lane waits for it. */
  overdue?(turn: Omit<TurnReport, 'durationMs'>): void;
  /**
   * A retried turn took a different path: it began new effects. `effects` is how many of its earlier attempts' effects
   * it did not ask for again.
   */
  diverged?(turn: TurnReport, effects: number): void;
  /** One call tried to open `named` lanes and opened `lanes` of them. */
  opened?(lanes: number, named: number): void;
  /** The sweep woke this many lanes. */
  swept?(cause: SweepCause, lanes: number): void;
  /** Something failed outside of turns; the worker recovers by itself. `what`: what was being done. */
  trouble?(what: string, error: unknown): void;
}

/** A turn, as observers see it. `durationMs`: from the start of the handler to the commit. */
export interface TurnReport {
  /** The lane of the turn. */
  lane: string;
  /** The event's id, as in dead letters. */
  eventId: string;
  /** The event's kind. */
  kind: string;
  /** 1 in the first attempt. */
  attempt: number;
  /** Milliseconds from the start of the handler to the commit. */
  durationMs: number;
}
