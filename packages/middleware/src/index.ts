export {
  broadcastOptOut,
  type BroadcastOptOutOptions,
  type OptOutStore,
} from './broadcasts/opt-out.js';
export type { ButtonBounds, ButtonRefusal } from './buttons/button-signer.js';
export {
  createButtons,
  type ButtonAction,
  type Buttons,
  type ButtonsOptions,
} from './buttons/buttons.js';
export type { AfterPress, Menu, MenuButton, MenuPlace, MenuView } from './buttons/menu.js';
export { createAdmins, type Admins, type AdminsOptions } from './guards/admins.js';
export type { Answer } from './guards/answer.js';
export { chatAction, type ChatAction } from './chat-action/chat-action.js';
export { captionCommands } from './commands/caption-commands.js';
export { errorBoundary, type ErrorBoundaryOptions, type Failure } from './errors/error-boundary.js';
export { EffectUndecidedError, NeverRetryError, RetryAfterError } from './errors/errors.js';
export { adminOnly, groupOnly, ownerOnly, privateOnly } from './guards/guards.js';
export { ignoreOtherBots } from './guards/other-bots.js';
export {
  fileFailed,
  fileProcessed,
  fileReady,
  filesForgotten,
  type FileUpdate,
} from './files/file-updates.js';
export { InvalidEventError, NotJsonError, type EventOptions } from '@chatlane/contracts';
export {
  files,
  type FilesContext,
  type FileRequestOptions,
  type TurnFiles,
} from './files/files.js';
export { event, type EventFilter, type EventUpdate } from './events/event-filter.js';
export { receiveEvent } from './events/receive-event.js';
export type { LaterOptions, SendEvents } from './turn/send-events.js';
export {
  schedule,
  type Schedule,
  type ScheduleContext,
  type ScheduleOptions,
} from './schedules/schedule.js';
export { ask } from './groups/ask.js';
export { replyInGroups } from './groups/reply-in-groups.js';
export { createI18n, type I18n, type I18nContext, type I18nOptions } from './i18n/i18n.js';
export type { TextKey, Texts, TextValues, Translate, TranslationOf } from './i18n/text-types.js';
export { deepLink, type DeepLink, type DeepLinkOptions } from './links/deep-link.js';
export { sayAfterLongWait, type LongWaitOptions } from './long-wait/long-wait.js';
export { editOrSend, type MessageRef } from './messages/edit-or-send.js';
export { answerInPlace } from './place/answer-in-place.js';
export { WrongPlaceError } from './place/reroute.js';
export { askAgain } from './scenes/ask-again.js';
export { cancel, type CancelOptions } from './scenes/cancel.js';
export { namedWizard, type NamedWizardOptions } from './scenes/named-wizard.js';
export { onAnswer } from './scenes/on-answer.js';
export { replyKeyboards } from './scenes/reply-keyboards.js';
export { reset, type ResetOptions } from './scenes/reset.js';
export { handOver, sceneState } from './scenes/scene-state.js';
export type { StateOf, StateShape } from './scenes/state-shape.js';
export type { InNamedWizard, NamedWizard, UpdateKind, WizardStep } from './scenes/wizard-step.js';
export { SessionInvalidError, SessionNewerError, SessionTooLargeError } from './session/errors.js';
export { pollAnswersInPrivate } from './polls/poll-answers.js';
export { perChat, perTopic, perUserInChat, perUserInTopic } from './session/keys.js';
export type { SessionOptions } from './session/options.js';
export { session } from './session/session.js';
export type { SessionMigration, SessionMigrations } from './session/versions.js';
export type { Limit } from './rate-limit/bucket.js';
export { rateLimit, type LimitFor, type RateLimitOptions } from './rate-limit/rate-limit.js';
export type { SharedRedis, SharedRedisOptions } from './shared-redis.js';
export {
  sessionStoreChecks,
  type CheckedContext,
  type CheckedTurns,
  type OpenTurns,
  type SessionStoreCheck,
} from './session/stores/conformance.js';
export { deploymentKey, deploymentOf } from './session/keys.js';
export { createSessionVersions, type SessionVersions } from './session/worker-versions.js';
export { memoryStore } from './session/stores/memory-store.js';
export {
  mongoStore,
  type MongoCollection,
  type MongoSession,
} from './session/stores/mongo-store.js';
export {
  postgresStore,
  type PostgresPool,
  type PostgresStoreOptions,
} from './session/stores/postgres-store.js';
export { createSessionStore, type VersionedSessionStore } from './session/stores/session-store.js';
export {
  firstVersion,
  StaleSessionError,
  type SessionTable,
  type SessionWrite,
  type StoredSession,
} from './session/stores/session-table.js';
export { turnsOn } from './session/stores/turns-on.js';
export type { AnswerStream, StreamOptions } from './stream/answer-stream.js';
export type { AnswerExtra } from './stream/answer-text.js';
export { streaming, type StreamContext } from './stream/streaming.js';
export { escapeHtml, escapeMarkdown, escapeMarkdownV2 } from './text/escape.js';
export { safeHtml, safeMarkdownV2, type SafeMarkup } from './text/markup.js';
export { isBlank } from './text/blank.js';
export { plainName } from './text/plain-name.js';
export { splitText, type Splittable } from './text/split.js';
export type { Counted } from './turn/counted.js';
export { giveTurn } from './turn/give-turn.js';
export type { EffectHelp, EffectOptions, RunEffect } from './turn/run-effect.js';
export { countMiddleware } from './turn/metrics.js';
export { withDelivery, type Delivery } from './turn/with-delivery.js';
export { nextActionAfter, type NextAction } from './turn/next-action.js';
export type {
  TurnContext,
  TurnFate,
  TurnInfo,
  TurnJournal,
  TurnOutbox,
  TurnSessions,
} from './turn/turn.js';
export {
  callbackInput,
  input,
  ownContact,
  type Input,
  type InputFault,
  type InputResult,
  type OwnContact,
} from './validation/input.js';
