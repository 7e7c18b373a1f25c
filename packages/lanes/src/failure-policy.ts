/**
 * What a failure asks for: another try after the back-off, one after a stated wait that is nobody's fault
 * (a flood wait: the attempt is not counted), or none.
 */
export type Verdict = { next: 'retry' } | { next: 'wait'; forMs: number } | { next: 'never' };

/** What is done about turns that fail. */
export interface FailurePolicy {
  /** Attempts an event gets, a worker's crash counted as one. */
  maxAttempts: number;
  /** After the last: `bury` puts the event into the dead letters, `block` pauses the lane for an operator. */
  atTheLimit: 'bury' | 'block';
  /** Milliseconds a lane rests after the given attempt (1 for the first). */
  backOffMs(attempt: number): number;
  judge(error: unknown): Verdict;
}

/** Doubles from one second up to a minute; the upper half is random, so that lanes that failed together part. */
export function exponentialBackOff(attempt: number, firstMs = 1_000, mostMs = 60_000): number {
  const full = Math.min(mostMs, firstMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + Math.random() / 2));
}
