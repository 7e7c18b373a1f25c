import type { PollFailure } from '../observer.js';

/** `getUpdates` gave no updates; it is to be asked again, later. Never holds the bot's token. */
export class PollError extends Error {
  override readonly name = 'PollError';

  constructor(
    readonly reason: PollFailure,
    message: string,
    /** What Telegram asked to wait, in milliseconds; undefined: our own back-off. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** Puts an error answer of the Bot API into words that say what to do. */
export function toPollError(status: number, body: unknown): PollError {
  const { description, parameters } = (body ?? {}) as {
    description?: unknown;
    parameters?: { retry_after?: unknown } | null;
  };
  const said = typeof description === 'string' ? description : 'no description';
  if (status === 409 && said.includes('webhook')) {
    return new PollError(
      'conflict',
      'A webhook is set for this bot, and Telegram gives updates to one of both only: ' +
        'delete it (deleteWebhook), or run with INGRESS_MODE=webhook.',
    );
  }
  if (status === 409) {
    return new PollError(
      'conflict',
      'Another program asks for the updates of this bot with the same BOT_TOKEN: stop it, ' +
        'or give all ingresses the same REDIS_URL and CHATLANE_NAME, so that one at a time polls.',
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
      `Telegram does not know this bot (${status}): BOT_TOKEN must be the token @BotFather gave, ` +
        'and TELEGRAM_API_ROOT a Bot API server.',
    );
  }
  return new PollError('answer', `Telegram answered getUpdates with ${status}: ${said}`);
}
