import { withJitter, type FailurePolicy } from './failure-policy.js';
import { failureReason, waitReason } from './reasons.js';

/** A week. */
const LONGEST_REST_MS = 7 * 24 * 3_600_000;

/** The rest when what was asked for is not a length of time. */
const UNREADABLE_REST_MS = 1_000;

/** The shortest and longest rest of a lane whose turn is put off. */
const PUT_OFF_REST_MS = { first: 1_000, most: 60_000 };

/** What earlier attempts have left of the head. */
export interface TriedHead {
  /** Which attempt this is. */
  attempts: number;
  /** Of the attempts, those that ended with the death of a worker that handled other lanes, too: not charged. */
  deaths: number;
  /** Milliseconds for which the lane has rested because of failures that were nobody's fault. */
  putOffMs: number;
}

export type Decision =
  | { next: 'give-up' }
  | { next: 'pause' }
  /** What all handlers need is away: the lane waits in the queue until the gate opens, and nothing is counted. */
  | { next: 'hand-back' }
  /** `put-off`: not counted as an attempt, but added to `putOffMs`. `reason`: see `reasons.ts`. */
  | { next: 'rest'; restMs: number; attempt: 'counted' | 'put-off'; reason: string };

/** What becomes of an event whose turn has failed. The gate comes first: the bounds hold for what is not its outage. */
export function decide(
  policy: FailurePolicy,
  head: TriedHead,
  error: unknown,
  isGateOpen: boolean,
): Decision {
  const verdict = policy.judge(error);
  if (verdict.next === 'ask') return { next: 'pause' };
  if (verdict.next === 'put-off' && !isGateOpen) return { next: 'hand-back' };
  const { putOffMs } = head;
  if (verdict.next === 'wait' && putOffMs < (policy.longestWaitMs ?? 24 * 3_600_000)) {
    return putOff(restOf(verdict.forMs), error);
  }
  if (verdict.next === 'wait' && !isGateOpen) return { next: 'hand-back' };
  if (verdict.next === 'put-off' && putOffMs < (policy.longestPutOffMs ?? 15 * 60_000)) {
    // Each rest is as long as all before it together: it doubles.
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

/** A whole number of milliseconds: with anything else the lane would end up in no state at all. */
export function restOf(ms: number): number {
  return ms >= 0 ? Math.ceil(Math.min(ms, LONGEST_REST_MS)) : UNREADABLE_REST_MS;
}
