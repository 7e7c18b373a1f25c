export { createIntake, type Intake, type IntakeOptions } from './intake.js';
export type { BackpressureOptions, PushRefusal } from './backpressure.js';
export { hasFreeMemory } from './redis-memory.js';
export { requireFitRedis, UnfitRedisError } from './require-fit-redis.js';
export { assessRedis, readRedisFacts, type RedisFacts, type RedisFinding } from './redis-health.js';
export { whyNoWrites } from './write-probe.js';
export { createLaneWorker, type LaneWorker, type LaneWorkerOptions } from './lane-worker.js';
export { createOperator, type Operator } from './operator.js';
export type { DeadLetter, DeadLetters } from './dead-letters.js';
export type { DeadLetterFilter } from './dead-letter-selection.js';
export {
  laneStates,
  type LaneDetails,
  type LaneList,
  type LaneState,
  type LaneSummary,
} from './lane-list.js';
export type { ParkedBodies, ParkedBody } from './parked-bodies.js';
export type { LaneSession, SessionList } from './session-list.js';
export type { LaneDiagnostics, OverdueLane } from './diagnostics.js';
export { exponentialBackOff, type Verdict } from './failure-policy.js';
export type { Gate } from './gate.js';
export { TurnAborted, type AbortCause, type HandleTurn, type Turn, type TurnFate } from './turn.js';
export type { TurnSessions } from './staged-sessions.js';
export type { EffectJournal } from './effect-journal.js';
export type { UnknownEffect, UnknownEffects } from './unknown-effects.js';
export type { OutboxEntry, TurnOutbox } from './outbox.js';
export type { Deliver } from './outbox-relay.js';
export type { LaneObserver, SweepCause, TurnOutcome, TurnReport } from './observer.js';
export { adoptDeployment } from './adopt-deployment.js';
export { readAllowedUpdates, storeAllowedUpdates } from './allowed-updates.js';
export {
  claimDeployment,
  readClaim,
  type ClaimOptions,
  type DeploymentClaim,
} from './deployment-claim.js';
export { lanePrefix } from './partitions.js';
export { DeploymentRefused } from './deployment-refused.js';
export { upgradeDeployment, type UpgradeProgress } from './upgrade.js';
export { readLaneStats, type LaneStats, type OutboxStats } from './stats.js';
export { readThroughput, type Throughput } from './throughput.js';
export { observeLanes, observeRedis } from './metrics.js';
