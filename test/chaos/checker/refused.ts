import { excerptOf } from './excerpt.js';
import type { History, Turn, Violation } from './history.js';
import type { LaneRule } from './lane-rule.js';
import { laneViews } from './lane-view.js';

/** From the end of a handler to the answer of its commit, or to the moment when the end of its process is seen. */
const COMMIT_MS = 1_000;

/**
 * Invariant 1, from the holder's side: a lane is taken from nobody who is alive and well. A turn whose handler returned
 * in time is committed, unless something struck its worker or Redis.
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
 * Turns whose handler returned after a newer turn had begun in their lane, and that were refused: only the fence
 * of the commit stood in their way. A run without any has not tested it.
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
