import type { Random } from '../random.js';
import type { Fault } from './fault.js';
import { handlerFaults } from './handlers.js';
import { processFaults } from './processes.js';
import { telegramFaults } from './telegram.js';
import { wakeUpFaults } from './wake-ups.js';

/** Every kind of fault except those of the store. */
const commonFaults: readonly Fault[] = [
  ...processFaults,
  ...telegramFaults,
  ...handlerFaults,
  ...wakeUpFaults,
];

/** Minimum and maximum number of milliseconds between two faults. */
const PACE_MS = [100, 900] as const;

export interface PlannedFault {
  fault: Fault;
  /** Milliseconds after the previous fault. */
  afterMs: number;
  /** The fault's own random source, so that its choices do not depend on concurrent faults. */
  seed: number;
}

/** Draws an endless sequence of faults, starting with one of each kind in random order. */
export function* drawFaults(random: Random, ofTheStore: readonly Fault[]): Generator<PlannedFault> {
  const faultKinds = [...commonFaults, ...ofTheStore];
  const unseen = [...faultKinds];
  const weighted = faultKinds.flatMap((fault) => Array.from({ length: fault.weight }, () => fault));
  for (;;) {
    const rest = unseen.length > 0 ? unseen : weighted;
    const fault = random.pick(rest);
    if (rest === unseen) unseen.splice(unseen.indexOf(fault), 1);
    yield { fault, afterMs: random.between(...PACE_MS), seed: random.between(0, 2 ** 31) };
  }
}
