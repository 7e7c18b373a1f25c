import type { LaneRule } from './check-history.js';
import { excerptOf } from './excerpt.js';
import type { Violation } from './history.js';

/** Invariant 2. Telegram hands over a chat's updates one by one, so the mailbox has them by their id. */
export const inOrder: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  const report = (what: string, ids: readonly number[]): void => {
    violations.push({
      invariant: 2,
      lane: view.lane,
      what,
      excerpt: excerptOf(history, view, ids),
    });
  };
  const { entries } = view.session;
  for (const [index, { update }] of entries.entries()) {
    const before = entries[index - 1]?.update ?? -Infinity;
    if (update < before)
      report(`update ${update} was committed after update ${before}`, [before, update]);
  }
  let newest = -Infinity;
  for (const { id, update } of view.turns) {
    // A turn that was not committed may be that of a worker that slept while the lane went on.
    if (update < newest && view.committedTurns.has(id)) {
      report(`update ${update} began after update ${newest}, and was committed`, [update, newest]);
    }
    newest = Math.max(newest, update);
  }
  return violations;
};
