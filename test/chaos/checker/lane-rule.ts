import type { History, Violation } from './history.js';
import type { LaneView } from './lane-view.js';

/** Judges one lane. */
export type LaneRule = (view: LaneView, history: History) => Violation[];
