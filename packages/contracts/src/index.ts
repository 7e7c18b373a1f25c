export {
  cancellationForChat,
  checkEvent,
  checkId,
  checkKey,
  eventForChat,
  InvalidEventError,
  isWaitingKey,
  timeOf,
  waitingKey,
  type BotEvent,
  type EventOptions,
  type LaterRequest,
  type WaitingEvent,
} from './bot-event.js';
export { broadcastData, readBroadcastData, type BroadcastPress } from './broadcast-data.js';
export { commandIn, isAddressedTo, type Command } from './command.js';
export {
  DownloadHandedBack,
  DownloadRefused,
  InspectionStopped,
  RetryLater,
} from './download-errors.js';
export type { ForwardedEvent, InternalEvent, LaneEvent, UpdateEvent } from './events.js';
export { fileFailureReasons, mediaKinds } from './files.js';
export type {
  ChatRoute,
  DownloadPriority,
  DownloadRequest,
  FileAddress,
  FileEvents,
  FileFailed,
  FileFailure,
  FileFailureReason,
  FileProcessed,
  FileReady,
  FilesForgotten,
  ForgetRequest,
  MediaFile,
  MediaKind,
  StoredFile,
} from './files.js';
export { canBeInterrupted } from './interrupts.js';
export {
  describeJsonFault,
  isIdentifier,
  jsonFault,
  jsonPath,
  type JsonFault,
} from './json-fault.js';
export { kindsOnRequest, knownKinds } from './kinds.js';
export { laneNamed } from './lane-name.js';
export { privateLane, scheduleLane } from './lane-of.js';
export { lifeMs } from './life.js';
export { mediaIn } from './media-in.js';
export { groupLane, migrationBetween, readMigration, type Migration } from './migration.js';
export { readUpdate, type ReadUpdateOptions, type RoutedUpdate } from './read-update.js';
export { isNestedTooDeeply } from './nesting.js';
export { readUpdateBody, type ParkReason, type UpdateBody } from './update-body.js';
export { NotJsonError, requireJson } from './require-json.js';
export { sessionKey } from './session-user.js';
