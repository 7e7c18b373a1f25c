export { createIntake, type Intake, type IntakeOptions } from './intake.js';
export { createLaneWorker, type LaneWorker, type LaneWorkerOptions } from './lane-worker.js';
export { createOperator, type Operator } from './operator.js';
export type { DeadLetter, DeadLetters } from './dead-letters.js';
export { exponentialBackOff, type Verdict } from './failure-policy.js';
export { TurnAborted, type AbortCause, type HandleTurn, type Turn } from './turn.js';
export type { TurnSessions } from './staged-sessions.js';
export type {
  IntakeObserver,
  LaneObserver,
  SweepCause,
  TurnOutcome,
  TurnReport,
} from './observer.js';
export { readLaneStats, type LaneStats } from './stats.js';
export { observeIntake, observeLanes } from './metrics.js';
