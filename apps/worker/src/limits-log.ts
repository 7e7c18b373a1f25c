import { createTroubleLog, type Logger } from '@chatlane/runtime';
import type { LimitsObserver } from '@chatlane/telegram';

/** Logs limits that were inferred from 429s in several chats, and limits that could not be shared through Redis. */
export function createLimitsLog(logger: Logger): LimitsObserver {
  const trouble = createTroubleLog(logger);
  return {
    onInference({ scope, forMs, why }) {
      const remedy = 'it ends by itself; chatlane-ops limits lists all pauses and can lift them';
      const seconds = Math.ceil(forMs / 1_000);
      logger.warn({ scope, seconds, why, remedy }, 'Telegram limits more than single chats');
    },
    // Each worker then uses the pauses it knows and its share of the rates.
    onPausesUnshared: ({ operation, error }) => trouble(`limits: ${operation}`, error),
  };
}
