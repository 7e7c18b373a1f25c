import { answersOf, sendsOf } from './answers.js';
import type { History, Turn } from './history.js';
import type { LaneView } from './lane-view.js';

/**
 * Why a healthy update should not be in the dead letters. Undefined if each of its attempts failed because of its handler
 * or a fault at that time, or if the outcome of one of its answers was unknown twice. A refusal by Telegram or an
 * unreachable Telegram does not justify a dead letter.
 */
export function buriedWithoutCause(
  history: History,
  view: LaneView,
  { update, attempts, error }: History['dead'][number],
): string | undefined {
  const turns = view.turns.filter((turn) => turn.update === update);
  if (wasUnknownTwice(history, turns, error)) return undefined;
  if (attempts < history.maxAttempts) return `after ${attempts} attempts`;
  if (error.startsWith('WorkerLost:')) return 'for worker deaths that it did not cause';
  const pushedAt = view.updates.find((each) => each.update === update)?.pushedAt ?? 0;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const turnsOfAttempt = turns.filter((turn) => turn.attempt === attempt);
    const undone =
      turnsOfAttempt.length > 0
        ? turnsOfAttempt.some((turn) => failed(history, turn))
        : unseen(attempt);
    if (!undone) return `though attempt ${attempt} was not disturbed`;
  }
  return undefined;

  /** The attempt has no turn: its worker lost the lane before the handler ran, because of a fault since the previous attempt. */
  function unseen(attempt: number): boolean {
    const before = turns.filter((turn) => turn.attempt < attempt).map(({ startedAt }) => startedAt);
    const after = turns.filter((turn) => turn.attempt > attempt).map(({ startedAt }) => startedAt);
    const from = Math.max(pushedAt, ...before);
    const to = Math.min(Infinity, ...after);
    return history.troubles.some((trouble) => trouble.from <= to && trouble.to >= from);
  }
}

/**
 * An answer was sent twice, and the next turn gave up instead of sending it again. The second send need not have arrived, so
 * the ledger may know only one; then its last turn must have ended without reading a result.
 */
function wasUnknownTwice(history: History, turns: readonly Turn[], error: string): boolean {
  const ids = new Set(turns.map(({ id }) => id));
  const updates = new Set(turns.map(({ update }) => update));
  const answers = history.answers.filter(({ turn }) => ids.has(turn));
  const delivered = history.delivered.filter(({ update }) => updates.has(update));
  const isGivenUp = error.startsWith('OutcomeUnknownError:');
  return answersOf({ turns, answers, delivered }).some(
    (answer) =>
      sendsOf(answer) >= 2 ||
      (isGivenUp && answer.tries.length > 0 && answer.tries.at(-1)!.readAt === undefined),
  );
}

function failed(history: History, turn: Turn): boolean {
  if (turn.threwAt !== undefined && turn.threwBecauseOf !== 'client') return true;
  const lasted = (turn.endedAt ?? Infinity) - turn.startedAt;
  if (turn.endedAt !== undefined && lasted >= history.turnTimeoutMs) return true;
  return history.troubles.some(
    ({ from, to, pid }) =>
      (pid === undefined || pid === turn.pid) &&
      from <= (turn.endedAt ?? Infinity) &&
      to >= turn.startedAt,
  );
}
