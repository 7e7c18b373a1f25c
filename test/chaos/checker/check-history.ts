import { answersSent } from './answers-sent.js';
import type { History, Violation } from './history.js';
import { type LaneRule, laneViews } from './lane-view.js';
import { neverLost } from './never-lost.js';
import { noLaneForgotten } from './no-lane-forgotten.js';
import { noneDelaysAnother } from './none-delays-another.js';
import { once } from './once.js';
import { oneAtATime } from './one-at-a-time.js';
import { inOrder } from './in-order.js';
import { notRefused } from './refused.js';
import { wholeSessions } from './whole-sessions.js';

const laneRules: readonly LaneRule[] = [
  oneAtATime,
  notRefused,
  inOrder,
  neverLost,
  once,
  wholeSessions,
  answersSent,
];

/** Checks a recorded run against invariants 1 to 8 of the lanes. */
export function checkHistory(history: History): Violation[] {
  return [
    ...laneViews(history).flatMap((view) => laneRules.flatMap((rule) => rule(view, history))),
    ...noLaneForgotten(history),
    ...noneDelaysAnother(history),
  ];
}
