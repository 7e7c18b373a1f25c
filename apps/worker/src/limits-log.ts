import { createTroubleLog, type Logger } from '@chatlane/runtime';
import type { LimitsObserver } from '@chatlane/telegram';

/** Logs what was inferred from floods of several chats, and limits that this worker could not share. */
export function createLimitsLog(logger: Logger): LimitsObserver {
  const trouble = createTroubleLog(logger);
  return {
    onInference({ scope, forMs, why }) {
      const remedy = 'it opens by itself; chatlane-ops limits shows all pauses, and can lift them';
      const seconds = Math.ceil(forMs / 1_000);
      logger.warn({ scope, seconds, why, remedy }, 'Telegram limits more than single chats');
    },
    // Each worker then goes on with the pauses it knows and with its share of the rates.
    onPausesUnshared: ({ operation, error }) => trouble(`limits: ${operation}`, error),
  };
}
