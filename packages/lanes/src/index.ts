export {
  openDeployment,
  type Deployment,
  type DeploymentOptions,
} from './deployment/open-deployment.js';
export { DeploymentRefused, type DeploymentClaim } from './deployment/deployment-claim.js';
export type { Upgrade, UpgradeOptions } from './deployment/upgrade.js';
export type { Intake, IntakeOptions } from './intake/intake.js';
export type { BackpressureOptions, PushRefusal } from './intake/backpressure.js';
export type { ParkedBodies, ParkedBody } from './intake/parked-bodies.js';
export type { LaterQueue, LaterQueueOptions } from './later/later-queue.js';
export type { ScheduleDeclaration, Schedules, SchedulesOptions } from './schedules/schedules.js';
export type { LaterReaderOptions } from './later/later-reader.js';
export {
  createClient,
  EventNotStoredError,
  type Client,
  type ClientEventOptions,
  type ClientOptions,
} from './client/client.js';
export type { LaneWorker, LaneWorkerOptions } from './worker/lane-worker.js';
export type { Gate } from './worker/gate.js';
export type { Deliver } from './worker/outbox-relay.js';
export { exponentialBackOff, type Verdict } from './turn/failure-policy.js';
export {
  TurnAborted,
  type AbortCause,
  type HandleTurn,
  type Turn,
  type TurnFate,
} from './turn/turn.js';
export { TurnEndedError } from './turn/turn-ended-error.js';
export type { TurnSessions } from './turn/staged-sessions.js';
export type { EffectJournal } from './turn/effect-journal.js';
export type { OutboxEntry, TurnOutbox } from './turn/outbox.js';
export type { LaneObserver, SweepCause, TurnOutcome, TurnReport } from './observer.js';
export type { Operator } from './operator/operator.js';
export {
  laneStates,
  type LaneDetails,
  type LaneList,
  type LaneState,
  type LaneSummary,
} from './operator/lane-list.js';
export type { DeadLetter, DeadLetters } from './operator/dead-letters.js';
export type { DeadLetterFilter } from './operator/dead-letter-selection.js';
export type { LaneSession, SessionList } from './operator/session-list.js';
export type { LaneDiagnostics, OverdueLane } from './operator/diagnostics.js';
export type { UnknownEffect, UnknownEffects } from './operator/unknown-effects.js';
export type { LaneStats, OutboxStats, Throughput } from './operator/stats.js';
export { lanePrefix } from './partitions.js';
