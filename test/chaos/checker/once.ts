import { excerptOf } from './excerpt.js';
import type { Violation } from './history.js';
import type { LaneRule } from './lane-view.js';

/** Invariant 4. An update is committed or buried once, and only in the lane it was sent to. */
export const once: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  const known = new Set(view.updates.map(({ update }) => update));
  const dead = new Set(view.dead.map(({ update }) => update));
  const seen = new Set<number>();
  for (const { update } of view.session.entries) {
    const what = seen.has(update)
      ? `update ${update} was committed twice`
      : dead.has(update)
        ? `update ${update} was committed and buried`
        : known.has(update)
          ? undefined
          : `update ${update} was committed, but was never sent to this lane`;
    seen.add(update);
    if (what === undefined) continue;
    const excerpt = excerptOf(history, view, [update]);
    violations.push({ invariant: 4, lane: view.lane, what, excerpt });
  }
  return violations;
};
