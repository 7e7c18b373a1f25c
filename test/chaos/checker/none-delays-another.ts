import { excerptOf } from './excerpt.js';
import type { History, Violation } from './history.js';
import { laneViews, type LaneView } from './lane-view.js';

/** So many younger updates of other lanes must have been started: then it was no lack of capacity. */
const OVERTAKEN_BY = 100;

/** Invariant 7. A calm lane does not wait for long while others go on. */
export function noneDelaysAnother(history: History): Violation[] {
  const starts = firstStarts(history);
  const pushes = new Map(history.updates.map(({ update, pushedAt }) => [update, pushedAt]));
  const inOrder = [...starts].sort(([, a], [, b]) => a - b);
  const violations: Violation[] = [];
  for (const view of laneViews(history)) {
    const late = view.updates
      .filter(({ calm }) => calm)
      .map(({ update }) => ({ update, ...waitAsHead(view, update, pushes, starts) }))
      .find(({ from, to }) => to - from > history.calmWaitMs);
    if (!late) continue;
    const { update, from: pushedAt, to: startedAt } = late;
    const younger = inOrder.filter(
      ([id, at]) => at < startedAt && at > pushedAt && (pushes.get(id) ?? 0) > pushedAt,
    );
    if (younger.length < OVERTAKEN_BY) continue;
    const what = `update ${update} waited ${Math.round(startedAt - pushedAt)} ms; ${younger.length} younger ones of other lanes began before it`;
    const excerpt = excerptOf(history, view, [update]);
    violations.push({ invariant: 7, lane: view.lane, what, excerpt });
  }
  return violations;
}

function firstStarts(history: History): Map<number, number> {
  const starts = new Map<number, number>();
  for (const { update, startedAt } of history.turns) {
    starts.set(update, Math.min(startedAt, starts.get(update) ?? Infinity));
  }
  return starts;
}

/** From when nothing of its own lane was before the update any more. */
function waitAsHead(
  view: LaneView,
  update: number,
  pushes: ReadonlyMap<number, number | undefined>,
  starts: ReadonlyMap<number, number>,
): { from: number; to: number } {
  const pushedAt = pushes.get(update) ?? Infinity;
  const own = view.turns.filter((turn) => turn.update < update);
  const ends = own.map(({ endedAt, threwAt, startedAt }) => endedAt ?? threwAt ?? startedAt);
  return { from: Math.max(pushedAt, ...ends), to: starts.get(update) ?? -Infinity };
}
