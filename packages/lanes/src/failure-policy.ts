/**
 * What a failure asks for: another try after the back-off, one after a stated wait that is nobody's fault (a flood
 * wait), one after a back-off that is nobody's fault either (the network or a server is broken), none, or an operator's
 * decision, for which the lane is paused. The waits are not counted as attempts, within bounds.
 */
export type Verdict =
  | { next: 'retry' }
  | { next: 'wait'; forMs: number }
  | { next: 'put-off' }
  | { next: 'never' }
  | { next: 'ask' };

/** What is done about turns that fail. */
export interface FailurePolicy {
  /** Attempts an event gets. The death of a worker counts as one if the worker handled nothing else beside it. */
  maxAttempts: number;
  /** After the last: `bury` puts the event into the dead letters, `block` pauses the lane for an operator. */
  atTheLimit: 'bury' | 'block';
  /** Milliseconds a lane rests after the given attempt (1 for the first). */
  backOffMs(attempt: number): number;
  judge(error: unknown): Verdict;
  /**
   * Milliseconds an event may rest in all because of `put-off`; after that such a failure is counted like any other.
   * The time for which the gate is closed is not part of it. Default 15 minutes.
   */
  longestPutOffMs?: number;
  /** The same for `wait`. Default 24 hours. */
  longestWaitMs?: number;
  /** The most dead letters kept of one lane: beyond it the oldest are dropped and counted. Default 100. */
  deadLettersPerLane?: number;
  /** The most dead letters kept in all, in the same way. Default 10,000. */
  deadLetters?: number;
}

/** Doubles from one second up to a minute; the upper half is random, so that lanes that failed together part. */
export function exponentialBackOff(attempt: number, firstMs = 1_000, mostMs = 60_000): number {
  return withJitter(Math.min(mostMs, firstMs * 2 ** (attempt - 1)));
}

/** The upper half is random. */
export function withJitter(ms: number): number {
  return Math.round(ms * (0.5 + Math.random() / 2));
}
