import { EFFECT_GRACE_MS, type TurnEffects } from '../turn/turn-effects.js';
import type { TurnEnd } from '../turn/turn.js';
import { abandon } from './endings/abandon.js';
import { commit } from './endings/commit.js';
import { fenced, type Ended } from './endings/ended.js';
import { fail } from './endings/fail.js';
import { handBack } from './endings/hand-back.js';
import type { Head, Staged } from './head.js';
import type { HeldLane, Mode } from './held-lane.js';

/** How long a turn that threw waits for the answers to its pending calls. */
const OUTCOME_MS = 5_000;

/** Chooses the ending that fits how the turn went. */
export async function endTurn(
  held: HeldLane,
  head: Head,
  turn: TurnEnd,
  staged: Staged,
  mode: Mode,
): Promise<Ended> {
  // From here on neither a handler that still runs nor a promise that it did not await can stage anything.
  staged.sessions.close(turn.end === 'returned');
  staged.outbox.close(turn.end === 'returned');
  if (turn.end !== 'returned') await learnOutcomes(head.effects, turn);
  switch (turn.end) {
    case 'returned':
      return commit(held, head, 'done', staged, mode);
    case 'threw':
      return fail(held, head, turn.error, mode);
    case 'aborted':
      if (turn.running) return abandon(held, head, turn.cause, new TurnTimedOut());
      switch (turn.cause) {
        case 'interrupted':
          return commit(held, head, 'cancelled', undefined, mode);
        case 'deadline':
          return fail(held, head, new TurnTimedOut(), mode);
        case 'shutdown':
          return handBack(held, { notified: head.notified });
        case 'lease-lost':
          return fenced;
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
