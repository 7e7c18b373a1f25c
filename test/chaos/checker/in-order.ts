import { excerptOf } from './excerpt.js';
import type { Violation } from './history.js';
import type { LaneRule } from './lane-view.js';
import { rolledBack } from './rolled-back.js';

/**
 * Invariant 2. Of the updates that wait together, the one with the lowest id is handled first, and no update overtakes a
 * started one. Telegram may deliver out of order: an update stored after a younger one started is handled after it.
 */
export const inOrder: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  const known = new Map(view.updates.map((each) => [each.update, each]));
  const turns = new Map(view.turns.map((turn) => [turn.id, turn]));
  const began = new Map<number, number>();
  for (const { update, startedAt } of view.turns) {
    if (!began.has(update)) began.set(update, startedAt);
  }
  const entries = view.session.entries.map(({ update, turn }, index, all) => {
    const { startedAt = Infinity } = turns.get(turn) ?? {};
    const beganAt = began.get(update) ?? Infinity;
    const { endedAt: freeAt = -Infinity } = turns.get(all[index - 1]?.turn ?? '') ?? {};
    const { sentAt = -Infinity, pushedAt = Infinity } = known.get(update) ?? {};
    // The younger update started after it had been sent, and after the previous one was done.
    const notBegunAt = Math.max(sentAt, freeAt <= beganAt ? freeAt : -Infinity);
    return { update, startedAt, beganAt, notBegunAt, pushedAt };
  });
  for (const [index, second] of entries.entries()) {
    const overtaken = (first: typeof second): boolean => second.beganAt < first.startedAt;
    const first = entries.slice(0, index).find((each) => {
      const misplaced = second.update < each.update && second.pushedAt < each.notBegunAt;
      if (!misplaced && !overtaken(each)) return false;
      const since = overtaken(each) ? second.beganAt : second.pushedAt;
      return !rolledBack(history, since, each.startedAt);
    });
    if (!first) continue;
    violations.push({
      invariant: 2,
      lane: view.lane,
      what: overtaken(first)
        ? `update ${first.update} overtook update ${second.update}, which had started`
        : `update ${first.update} started while update ${second.update} waited`,
      excerpt: excerptOf(history, view, [first.update, second.update]),
    });
  }
  return violations;
};
