import { EFFECT_GRACE_MS, type TurnEffects } from '../turn/effect-journal.js';
import type { Ended, Head, Settlement, Staged } from './settlement.js';
import type { TurnEnd } from '../turn/turn.js';

/** How long a turn that threw waits for the answers to its pending calls. */
const OUTCOME_MS = 5_000;

/** Settles a turn according to how it ended. `spent`: yield the lane even if mail is left. */
export async function endTurn(
  settle: Settlement,
  head: Head,
  turn: TurnEnd,
  staged: Staged,
  spent: boolean,
): Promise<Ended> {
  // From here on neither a handler that still runs nor a promise that it did not await can stage anything.
  staged.sessions.close(turn.end === 'returned');
  staged.outbox.close(turn.end === 'returned');
  if (turn.end !== 'returned') await learnOutcomes(head.effects, turn);
  switch (turn.end) {
    case 'returned':
      return settle.commit(head, 'done', staged, spent);
    case 'threw':
      return settle.fail(head, turn.error, spent);
    case 'aborted':
      if (turn.running) return settle.abandon(head, turn.cause, new TurnTimedOut());
      switch (turn.cause) {
        case 'interrupted':
          return settle.commit(head, 'cancelled', undefined, spent);
        case 'deadline':
          return settle.fail(head, new TurnTimedOut(), spent);
        case 'shutdown':
          return settle.handBack(head.notified);
        case 'lease-lost':
          return { outcome: 'fenced' };
      }
  }
}

/** Waits for the answers to pending calls when a turn ends early, so that the next attempt does not repeat them. */
async function learnOutcomes(effects: TurnEffects, turn: TurnEnd): Promise<void> {
  const isOver = turn.end === 'aborted' && ['interrupted', 'lease-lost'].includes(turn.cause);
  if (!isOver) {
    await effects.settled(turn.end === 'threw' ? OUTCOME_MS : EFFECT_GRACE_MS);
    effects.flush();
  }
  // Another worker may have the lane soon, and its commit deletes the journal.
  effects.close();
}

/** The handler was still running at its deadline. */
class TurnTimedOut extends Error {
  override name = 'TurnTimedOut';
  constructor() {
    super('The handler did not finish before its deadline.');
  }
}
