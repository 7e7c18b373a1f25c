export { createTelegramClient, type TelegramClient, type TelegramClientOptions } from './client.js';
export { createBulkSender, type BulkResult, type BulkSender } from './bulk-sender.js';
export type { ClientTurn } from './interceptor.js';
export type { TurnTelegram } from './intercepted-telegram.js';
export {
  CallError,
  NeverRetryError,
  OutcomeUnknownError,
  RetryAfterError,
  RetryError,
  TelegramAwayError,
  TurnOverError,
} from './errors.js';
export type { CallOutcome, ClientObserver } from './observer.js';
export { createClientMetrics } from './metrics.js';
export { createPauses } from './pauses/create-pauses.js';
export type { PauseEntry, Pauses, PausesObserver } from './pauses/pauses.js';
export {
  TELEGRAM_SCOPE,
  type Outage,
  type OutageObserver,
  type OutageState,
} from './outage/outage.js';
export { createOutageMetrics } from './outage/metrics.js';
export {
  createTelegramLimits,
  type LimitsObserver,
  type TelegramLimits,
  type TelegramLimitsOptions,
} from './limits.js';
export { createLimitsMetrics, observeLimits } from './pacing/metrics.js';
