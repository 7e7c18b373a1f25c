import { excerptOf } from './excerpt.js';
import type { History, KnownUpdate, Violation } from './history.js';
import { laneViews } from './lane-view.js';

/** So many younger updates of other lanes must have been started: then it was no lack of capacity. */
const OVERTAKEN_BY = 100;

/** Invariant 7. A calm lane does not wait for long while others go on. */
export function noneDelaysAnother(history: History): Violation[] {
  const starts = firstStarts(history);
  const pushes = new Map(history.updates.map(({ update, pushedAt }) => [update, pushedAt]));
  const inOrder = [...starts].sort(([, a], [, b]) => a - b);
  const violations: Violation[] = [];
  for (const view of laneViews(history)) {
    const late = view.updates.find((update) => waitedMs(update, starts) > history.calmWaitMs);
    if (!late?.calm) continue;
    const { update, pushedAt = Infinity } = late;
    const startedAt = starts.get(update) ?? Infinity;
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

function waitedMs({ update, pushedAt }: KnownUpdate, starts: Map<number, number>): number {
  return pushedAt === undefined ? 0 : (starts.get(update) ?? pushedAt) - pushedAt;
}
