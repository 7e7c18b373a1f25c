import { EFFECT_GRACE_MS, type TurnEffects } from './effect-journal.js';
import type { Ended, Head, Settlement, Staged } from './settlement.js';
import type { TurnEnd } from './turn.js';

/** How long a turn that threw waits for the answers of its calls under way. */
const OUTCOME_MS = 5_000;

/** Settles a turn as it ended. `spent`: the lane is given back though mail is left. */
export async function endTurn(
  settle: Settlement,
  hand: Head,
  turn: TurnEnd,
  staged: Staged,
  spent: boolean,
): Promise<Ended> {
  // From here on a handler that still runs, or what it forgot to await, can stage nothing more.
  staged.sessions.seal(turn.end === 'returned');
  staged.outbox.seal(turn.end === 'returned');
  if (turn.end !== 'returned') await learnOutcomes(hand.effects, turn);
  switch (turn.end) {
    case 'returned':
      return settle.commit(hand, 'done', staged, spent);
    case 'threw':
      return settle.fail(hand, turn.error, spent);
    case 'aborted':
      if (turn.running) return settle.leaveBehind(hand, turn.cause, new TurnTimedOut());
      switch (turn.cause) {
        case 'interrupted':
          return settle.commit(hand, 'cancelled', undefined, spent);
        case 'deadline':
          return settle.fail(hand, new TurnTimedOut(), spent);
        case 'shutdown':
          return settle.handBack(hand.notified);
        case 'lease-lost':
          return { outcome: 'fenced' };
      }
  }
}

/**
 * Waits for the answers of calls that are under way when a turn ends early: one whose answer is known is not sent again
 * by the next attempt.
 */
async function learnOutcomes(effects: TurnEffects, turn: TurnEnd): Promise<void> {
  const isOver = turn.end === 'aborted' && ['interrupted', 'lease-lost'].includes(turn.cause);
  if (!isOver) {
    await effects.settled(turn.end === 'threw' ? OUTCOME_MS : EFFECT_GRACE_MS);
    effects.flush();
  }
  // The lane may soon be another worker's, and the journal gone with its commit.
  effects.seal();
}

/** The handler was still running at its deadline. */
class TurnTimedOut extends Error {
  override name = 'TurnTimedOut';
  constructor() {
    super('The handler did not end before its deadline.');
  }
}
