import type { History, Violation } from './history.js';
import type { LaneView } from './lane-view.js';

/** Checks one lane against an invariant. */
export type LaneRule = (view: LaneView, history: History) => Violation[];
