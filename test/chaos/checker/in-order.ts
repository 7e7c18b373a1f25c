import type { LaneRule } from './lane-rule.js';
import { excerptOf } from './excerpt.js';
import type { History, Violation } from './history.js';

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
  let since = 0;
  for (const { id, update, startedAt } of view.turns) {
    // A turn that was not committed may be that of a worker that slept while the lane went on.
    const early = update < newest && view.committedTurns.has(id);
    if (early && !takenBack(history, since, startedAt)) {
      report(`update ${update} began after update ${newest}, and was committed`, [update, newest]);
    }
    if (update <= newest) continue;
    newest = update;
    since = startedAt;
  }
  return violations;
};

/** A failover between two turns may have taken back what lay before it: then it runs again, in order. */
function takenBack({ losesWrites, troubles }: History, after: number, before: number): boolean {
  return (
    losesWrites &&
    troubles.some(({ from, to, pid }) => pid === undefined && from <= before && to >= after)
  );
}
