import { excerptOf } from './excerpt.js';
import type { Violation } from './history.js';
import type { LaneRule } from './lane-view.js';

/** Invariant 5. A session contains each committed turn completely, and nothing of any other turn. */
export const wholeSessions: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  const { entries, count, half } = view.session;
  const turns = new Map(view.turns.map((turn) => [turn.id, turn]));
  const report = (what: string, ids: readonly number[]): void => {
    violations.push({
      invariant: 5,
      lane: view.lane,
      what,
      excerpt: excerptOf(history, view, ids),
    });
  };
  for (const id of half) {
    const update = turns.get(id)?.update;
    report(`turn ${id} failed, but left its mark`, update === undefined ? [] : [update]);
  }
  for (const { update, turn: id } of entries) {
    const turn = turns.get(id);
    if (turn?.endedAt === undefined || turn.update !== update) {
      report(`update ${update} was written by turn ${id}, which never ended`, [update]);
    }
  }
  if (count !== entries.length) {
    report(`${count} turns counted, ${entries.length} listed`, []);
  }
  return violations;
};
