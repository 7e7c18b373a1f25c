import type { History, Turn } from './history.js';
import { laneViews } from './lane-view.js';

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
