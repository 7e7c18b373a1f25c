import { excerptOf } from './excerpt.js';
import type { History, Violation } from './history.js';
import { laneViews, type LaneView } from './lane-view.js';

/** So many younger updates of other lanes must have been started: then it was no lack of capacity. */
const OVERTAKEN_BY = 100;

/** A calm lane with mail and nobody at work on it. */
export interface Wait {
  update: number;
  from: number;
  to: number;
  /** Milliseconds of it in which all could have gone on. */
  lastedMs: number;
}

/** Invariant 7. A calm lane does not wait for long while others go on. */
export function noneDelaysAnother(history: History): Violation[] {
  const pushes = new Map(history.updates.map(({ update, pushedAt }) => [update, pushedAt]));
  const starts = [...firstStarts(history)];
  const violations: Violation[] = [];
  for (const view of laneViews(history)) {
    const longest = longestWait(view, history);
    if (!longest || longest.lastedMs <= history.calmWaitMs) continue;
    const { update, from, to, lastedMs } = longest;
    const younger = starts.filter(
      ([id, at]) => at > from && at < to && (pushes.get(id) ?? 0) > from,
    ).length;
    if (younger < OVERTAKEN_BY) continue;
    const what = `update ${update} waited ${Math.round(lastedMs)} ms; ${younger} younger ones of other lanes began before it`;
    const excerpt = excerptOf(history, view, [update]);
    violations.push({ invariant: 7, lane: view.lane, what, excerpt });
  }
  return violations;
}

/** Of all calm lanes. */
export function longestCalmWaitMs(history: History): number {
  return laneViews(history).reduce(
    (most, view) => Math.max(most, longestWait(view, history)?.lastedMs ?? 0),
    0,
  );
}

/**
 * A wait begins when an update is stored and all that ran before in its lane has ended: what its own lane does
 * to it is no delay by another. It ends with the next attempt; times without Redis or Telegram do not count.
 */
function longestWait(view: LaneView, history: History): Wait | undefined {
  const known = new Map(view.updates.map((each) => [each.update, each]));
  let longest: Wait | undefined;
  let free = -Infinity;
  for (const { update, startedAt, endedAt, threwAt } of view.turns) {
    const { calm = false, pushedAt = Infinity } = known.get(update) ?? {};
    const from = Math.max(pushedAt, free);
    const lastedMs = startedAt - from - outMs(history, from, startedAt);
    if (calm && lastedMs > (longest?.lastedMs ?? 0)) {
      longest = { update, from, to: startedAt, lastedMs };
    }
    free = Math.max(free, endedAt ?? threwAt ?? startedAt);
  }
  return longest;
}

/** How much of a time lay in troubles of all processes. */
function outMs({ troubles, outages }: History, from: number, to: number): number {
  const ofAll = [...troubles, ...outages]
    .filter((each) => each.pid === undefined && each.from < to && each.to > from)
    .sort((one, other) => one.from - other.from);
  let covered = 0;
  let until = from;
  for (const trouble of ofAll) {
    const end = Math.min(trouble.to, to);
    covered += Math.max(0, end - Math.max(trouble.from, until));
    until = Math.max(until, end);
  }
  return covered;
}

function firstStarts(history: History): Map<number, number> {
  const starts = new Map<number, number>();
  for (const { update, startedAt } of history.turns) {
    starts.set(update, Math.min(startedAt, starts.get(update) ?? Infinity));
  }
  return starts;
}
