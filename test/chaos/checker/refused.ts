import { excerptOf } from './excerpt.js';
import type { History, Turn, Violation } from './history.js';
import { type LaneRule, laneViews } from './lane-view.js';

/** The time from the end of a handler to the reply to its commit, or until the end of its process is noticed. */
const COMMIT_MS = 1_000;

/**
 * Invariant 1, from the holder's side: a healthy worker does not lose its lane. A turn whose handler returned in time is
 * committed, unless a fault struck its worker or Redis.
 */
export const notRefused: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  for (const turn of view.turns) {
    const { id, pid, update, startedAt, endedAt } = turn;
    if (endedAt === undefined || view.committedTurns.has(id)) continue;
    if (endedAt - startedAt >= history.turnTimeoutMs) continue;
    const struck = history.troubles.some(
      (trouble) =>
        (trouble.pid === undefined || trouble.pid === pid) &&
        trouble.from <= endedAt + COMMIT_MS &&
        trouble.to >= startedAt,
    );
    if (struck) continue;
    const excerpt = excerptOf(history, view, [update]);
    const what = `turn ${id} of update ${update} was refused without a cause`;
    violations.push({ invariant: 1, lane: view.lane, what, excerpt });
  }
  return violations;
};

/**
 * Refused turns whose handler returned after a newer turn had started in their lane. Only the fence of the commit stopped
 * them; a run without any such turn has not tested the fence.
 */
export function refusedCommits(history: History): Turn[] {
  return laneViews(history).flatMap(({ turns, committedTurns }) =>
    turns.filter(
      ({ id, endedAt, startedAt }) =>
        endedAt !== undefined &&
        !committedTurns.has(id) &&
        turns.some((newer) => newer.startedAt > startedAt && newer.startedAt < endedAt),
    ),
  );
}
