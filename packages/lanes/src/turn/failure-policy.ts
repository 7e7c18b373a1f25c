/**
 * What to do about a failure. `retry`: try again after the back-off. `wait`: try again after a given time, as in a
 * flood wait. `put-off`: try again after a back-off, because the network or a server is down. `never`: give the event
 * up. `ask`: pause the lane until an operator decides. `wait` and `put-off` do not count as attempts, up to a limit.
 */
export type Verdict =
  | { next: 'retry' }
  | { next: 'wait'; forMs: number }
  | { next: 'put-off' }
  | { next: 'never' }
  | { next: 'ask' };

/** What happens when turns fail. */
export interface FailurePolicy {
  /** Attempts an event gets. The death of a worker counts as an attempt only if the worker handled nothing else. */
  maxAttempts: number;
  /** After the last attempt: `bury` moves the event to the dead letters, `block` pauses the lane for an operator. */
  atTheLimit: 'bury' | 'block';
  /** Milliseconds a lane rests after the given attempt (1 for the first). */
  backOffMs(attempt: number): number;
  /** Called with what a handler threw. */
  classifyError(error: unknown): Verdict;
  /**
   * Milliseconds for which an event may rest in total because of `put-off`; after that, such a failure counts like any
   * other. The time for which the gate is closed does not count. Default 15 minutes.
   */
  longestPutOffMs?: number;
  /** The same for `wait`. Default 24 hours. */
  longestWaitMs?: number;
  /** The most dead letters kept of one lane; above that the oldest are dropped and counted. Default 100. */
  deadLettersPerLane?: number;
  /** The most dead letters kept in total, in the same way. Default 10,000. */
  deadLetters?: number;
}

/**
 * Doubles from `firstMs` (default one second) to `mostMs` (default a minute), with jitter so that lanes that failed
 * together are not retried together.
 */
export function exponentialBackOff(attempt: number, firstMs = 1_000, mostMs = 60_000): number {
  return withJitter(Math.min(mostMs, firstMs * 2 ** (attempt - 1)));
}

/** A random time between half of `ms` and `ms`. */
export function withJitter(ms: number): number {
  return Math.round(ms * (0.5 + Math.random() / 2));
}
