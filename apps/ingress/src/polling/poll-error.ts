import type { PollFailure } from '../observer.js';

/** A poll failed and is retried later. It never contains the bot's token. */
export class PollError extends Error {
  override readonly name = 'PollError';

  constructor(
    readonly reason: PollFailure,
    message: string,
    /** Milliseconds that Telegram asks to wait; undefined for our own back-off. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** Converts an error response of the Bot API into an error that says what to do. */
export function toPollError(status: number, body: unknown): PollError {
  const { description, parameters } = (body ?? {}) as {
    description?: unknown;
    parameters?: { retry_after?: unknown } | null;
  };
  const reason = typeof description === 'string' ? description : 'no description';
  if (status === 409 && reason.includes('webhook')) {
    return new PollError(
      'conflict',
      'A webhook is set for this bot, and Telegram does not serve getUpdates meanwhile: ' +
        'delete it (deleteWebhook), or run with INGRESS_MODE=webhook.',
    );
  }
  if (status === 409) {
    return new PollError(
      'conflict',
      'Another program polls for this bot with the same BOT_TOKEN: stop it, ' +
        'or give all ingresses the same REDIS_URL and CHATLANE_NAME, so that only one at a time polls.',
    );
  }
  if (status === 429) {
    const seconds = Number(parameters?.retry_after);
    const waitMs = seconds > 0 ? seconds * 1_000 : undefined;
    return new PollError('flood', 'Telegram asks to wait before the next getUpdates.', waitMs);
  }
  if (status === 401 || status === 404) {
    return new PollError(
      'token',
      `Telegram does not know this bot (${status}): BOT_TOKEN must be the token from @BotFather, ` +
        'and TELEGRAM_API_ROOT a Bot API server.',
    );
  }
  return new PollError('answer', `Telegram responded to getUpdates with ${status}: ${reason}`);
}
