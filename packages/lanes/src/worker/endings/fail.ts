import { decide } from '../../turn/failure-decision.js';
import { decisionReason } from '../../turn/reasons.js';
import type { Head } from '../head.js';
import type { HeldLane, Mode } from '../held-lane.js';
import type { Ended } from './ended.js';
import { giveUp } from './give-up.js';
import { handBack } from './hand-back.js';
import { rest } from './rest.js';

/** Rests the lane until the next attempt. At the limit, or if a retry cannot help, gives the event up. */
export async function fail(held: HeldLane, head: Head, error: unknown, mode: Mode): Promise<Ended> {
  const { failurePolicy, gate } = held.holder;
  const { notified } = head;
  const decision = decide(failurePolicy, head, error, gate.isOpen());
  switch (decision.next) {
    case 'give-up':
      return giveUp(held, head, error, mode);
    case 'pause':
      return rest(held, 'block', { attempt: 'uncounted', reason: decisionReason, notified, error });
    case 'hand-back':
      return { ...(await handBack(held, { notified, thrown: true })), error };
    case 'rest': {
      const { restMs, attempt, reason } = decision;
      return rest(held, restMs, { attempt, reason, notified, error });
    }
  }
}
