import { withJitter, type FailurePolicy } from './failure-policy.js';
import { failureReason, waitReason } from './reasons.js';

/** A week. */
const MAX_REST_MS = 7 * 24 * 3_600_000;

/** The rest when the requested one is not a valid duration. */
const INVALID_REST_MS = 1_000;

/** The shortest and longest rest of a lane whose turn is put off. */
const PUT_OFF_REST_MS = { first: 1_000, most: 60_000 };

/** The history of the head's attempts. */
export interface TriedHead {
  /** Number of the current attempt, from 1. */
  attempts: number;
  /** How many of the attempts ended with the death of a worker that held other lanes too; these are not charged. */
  deaths: number;
  /** Milliseconds for which the lane has rested because of `put-off` and `wait` failures. */
  putOffMs: number;
}

/** What happens to an event whose turn has failed. */
export type Decision =
  | { next: 'give-up' }
  | { next: 'pause' }
  /** The gate is closed: the lane waits in the queue until it opens, and nothing is counted. */
  | { next: 'hand-back' }
  /** `put-off`: not counted as an attempt, but added to `putOffMs`. `reason`: see `reasons.ts`. */
  | { next: 'rest'; restMs: number; attempt: 'counted' | 'put-off'; reason: string };

/** Decides what happens to an event whose turn has failed. A closed gate takes precedence over the limits. */
export function decide(
  policy: FailurePolicy,
  head: TriedHead,
  error: unknown,
  isGateOpen: boolean,
): Decision {
  const verdict = policy.classifyError(error);
  if (verdict.next === 'ask') return { next: 'pause' };
  if (verdict.next === 'put-off' && !isGateOpen) return { next: 'hand-back' };
  const { putOffMs } = head;
  if (verdict.next === 'wait' && putOffMs < (policy.longestWaitMs ?? 24 * 3_600_000)) {
    return putOff(restOf(verdict.forMs), error);
  }
  if (verdict.next === 'wait' && !isGateOpen) return { next: 'hand-back' };
  if (verdict.next === 'put-off' && putOffMs < (policy.longestPutOffMs ?? 15 * 60_000)) {
    // Each rest is as long as all previous ones together, so the total doubles.
    const { first, most } = PUT_OFF_REST_MS;
    return putOff(withJitter(Math.min(most, Math.max(first, putOffMs))), error);
  }
  const charged = head.attempts - head.deaths;
  if (verdict.next === 'never' || charged >= policy.maxAttempts) return { next: 'give-up' };
  const reason = failureReason(error, head.attempts);
  const restMs = restOf(policy.backOffMs(charged));
  return { next: 'rest', restMs, attempt: 'counted', reason };
}

function putOff(restMs: number, error: unknown): Decision {
  return { next: 'rest', restMs, attempt: 'put-off', reason: waitReason(error) };
}

/** Rounds to a valid whole number of milliseconds. The script would fail on anything else, halfway through. */
export function restOf(ms: number): number {
  return ms >= 0 ? Math.ceil(Math.min(ms, MAX_REST_MS)) : INVALID_REST_MS;
}
