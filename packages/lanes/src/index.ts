export { createIntake, type Intake, type IntakeOptions } from './intake/intake.js';
export type { BackpressureOptions, PushRefusal } from './intake/backpressure.js';
export { hasFreeMemory } from './redis-memory.js';
export { requireFitRedis, UnfitRedisError } from './require-fit-redis.js';
export { assessRedis, readRedisFacts, type RedisFacts, type RedisFinding } from './redis-health.js';
export { whyNoWrites } from './write-probe.js';
export { createLaneWorker, type LaneWorker, type LaneWorkerOptions } from './worker/lane-worker.js';
export { createOperator, type Operator } from './operator/operator.js';
export type { DeadLetter, DeadLetters } from './operator/dead-letters.js';
export type { DeadLetterFilter } from './operator/dead-letter-selection.js';
export {
  laneStates,
  type LaneDetails,
  type LaneList,
  type LaneState,
  type LaneSummary,
} from './operator/lane-list.js';
export type { ParkedBodies, ParkedBody } from './intake/parked-bodies.js';
export type { LaneSession, SessionList } from './operator/session-list.js';
export type { LaneDiagnostics, OverdueLane } from './operator/diagnostics.js';
export { exponentialBackOff, type Verdict } from './turn/failure-policy.js';
export type { Gate } from './worker/gate.js';
export {
  TurnAborted,
  type AbortCause,
  type HandleTurn,
  type Turn,
  type TurnFate,
} from './turn/turn.js';
export type { TurnSessions } from './turn/staged-sessions.js';
export type { EffectJournal } from './turn/effect-journal.js';
export type { UnknownEffect, UnknownEffects } from './operator/unknown-effects.js';
export type { OutboxEntry, TurnOutbox } from './turn/outbox.js';
export type { Deliver } from './worker/outbox-relay.js';
export type { LaneObserver, SweepCause, TurnOutcome, TurnReport } from './observer.js';
export { adoptDeployment } from './deployment/adopt-deployment.js';
export { readAllowedUpdates, storeAllowedUpdates } from './deployment/allowed-updates.js';
export {
  claimDeployment,
  readClaim,
  type ClaimOptions,
  type DeploymentClaim,
} from './deployment/deployment-claim.js';
export { lanePrefix } from './partitions.js';
export { DeploymentRefused } from './deployment/deployment-refused.js';
export { upgradeDeployment, type UpgradeProgress } from './deployment/upgrade.js';
export { readLaneStats, type LaneStats, type OutboxStats } from './operator/stats.js';
export { readThroughput, type Throughput } from './operator/throughput.js';
export { observeLanes, observeRedis } from './metrics.js';
