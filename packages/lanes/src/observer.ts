/**
 * Why the sweep had to wake a lane. `lost`: its wake-up was lost; `stranded`: it had mail and was in no state. Both
 * read 0 in calm weather.
 */
export type SweepCause = (typeof sweepCauses)[number];
export const sweepCauses = ['lease-over', 'rest-over', 'lost', 'stranded'] as const;

/**
 * How a turn ended. `moved`: its event goes on in the lane of the supergroup; `waits`: it is the first there, and
 * the group's old lane has not been carried yet.
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

/** What working on lanes tells. Every method is optional; none may throw. */
export interface LaneObserver {
  /** `waitedMs`: from the event's arrival to the start of this turn, on a retry too. */
  turnStarted?(kind: string, waitedMs: number): void;
  /** `error` is what the handler threw, for outcomes that come from an error. */
  turnEnded?(turn: TurnReport, outcome: TurnOutcome, error?: unknown): void;
  /** A migrated group's old lane was carried to its new one; the last part of it by this process, which carried so much. */
  moved?(from: string, to: string, carried: { sessions: number; events: number }): void;
  /** How many handlers still run after their signal has fired; called whenever that changes. */
  handlersOverdue?(count: number): void;
  /** A handler still runs five seconds after its signal has fired. Its lane waits for it. */
  overdue?(turn: Omit<TurnReport, 'durationMs'>): void;
  /**
   * A turn that was run again took another way than before: `effects` of its earlier attempts were not asked for again,
   * and others were made.
   */
  diverged?(turn: TurnReport, effects: number): void;
  opened?(lanes: number, asked: number): void;
  swept?(cause: SweepCause, lanes: number): void;
  /** Something went wrong outside of any turn; the lanes go on by themselves. */
  trouble?(what: string, error: unknown): void;
}

export interface TurnReport {
  lane: string;
  eventId: string;
  kind: string;
  attempt: number;
  durationMs: number;
}
