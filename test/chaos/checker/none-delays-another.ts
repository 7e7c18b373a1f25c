import { excerptOf } from './excerpt.js';
import type { History, Violation } from './history.js';
import { laneViews, type LaneView } from './lane-view.js';

/** If this many younger updates of other lanes started during the wait, a lack of capacity does not explain it. */
const OVERTAKEN_BY = 100;

/** A period in which a calm lane had mail and no worker handled it. */
export interface Wait {
  update: number;
  from: number;
  to: number;
  /** Its length in milliseconds, without the times in which no lane could make progress. */
  lastedMs: number;
}

/** Invariant 7. A calm lane does not wait long while others make progress. */
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

/** The longest wait of any calm lane. */
export function longestCalmWaitMs(history: History): number {
  return laneViews(history).reduce(
    (most, view) => Math.max(most, longestWait(view, history)?.lastedMs ?? 0),
    0,
  );
}

/**
 * A wait begins when an update is stored and everything before it in its lane has ended, because delays by its own lane do
 * not count. It ends with the next attempt. Times without Redis or Telegram are subtracted.
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

/** How much of the period was covered by troubles of all processes, in milliseconds. */
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
