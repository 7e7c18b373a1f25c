/** Why the sweep had to wake a lane. `lost` reads 0 in calm weather. */
export type SweepCause = 'lease-over' | 'rest-over' | 'lost';

/** How a turn ended. */
export type TurnOutcome =
  'done' | 'expired' | 'cancelled' | 'failed' | 'buried' | 'blocked' | 'fenced' | 'handed-back';

/** What working on lanes tells. Every method is optional; none may throw. */
export interface LaneObserver {
  /** `waitedMs`: from the event's arrival to the start of this turn, on a retry too. */
  turnStarted?(kind: string, waitedMs: number): void;
  /** `error` is what the handler threw, for outcomes that come from an error. */
  turnEnded?(turn: TurnReport, outcome: TurnOutcome, error?: unknown): void;
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
