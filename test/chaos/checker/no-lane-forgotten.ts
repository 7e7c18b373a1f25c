import type { History, Violation } from './history.js';
import { laneViews } from './lane-view.js';
import { excerptOf } from './excerpt.js';

/** Invariant 6. At the end every lane is idle, and an idle lane has no keys. */
export function noLaneForgotten(history: History): Violation[] {
  const views = new Map(laneViews(history).map((view) => [view.lane, view]));
  return history.leftovers.map(({ lane, state }) => {
    const view = views.get(lane);
    const last = view?.turns.at(-1)?.update;
    const waiting = view?.updates.find(({ update }) => !view.committed.has(update))?.update;
    const ids = [last, waiting].filter((id) => id !== undefined);
    const excerpt = view ? excerptOf(history, view, ids) : [];
    return { invariant: 6, lane, what: `the lane is left with ${state}`, excerpt };
  });
}
