import type { TelegramClient } from './client.js';
import { NeverRetryError, OutcomeUnknownError, RetryAfterError, RetryError } from './errors.js';
import type { TurnJournal } from './journal/turn-journal.js';

/** Milliseconds until a call that failed with a server error or during an outage is sent again. */
const RETRY_MS = 2_000;

/** The outcome of a bulk message. */
export type BulkResult =
  /** `blocked`: the user has blocked the bot, or the bot was removed from the chat (403). */
  | { readonly outcome: 'sent' | 'blocked' | 'unknown' }
  /** Telegram rejected it. `why` contains no text of users. */
  | { readonly outcome: 'failed'; readonly why: string }
  /** It was not sent, because of a pause, an outage or an error (`isError`), and may be sent after `retryMs`. */
  | {
      readonly outcome: 'later';
      readonly retryMs: number;
      readonly why: string;
      readonly isError: boolean;
    }
  /** `begin` did not allow it, or the signal fired before it left. */
  | { readonly outcome: 'not-sent' };

/** Sends messages of broadcasts with priority `bulk`. */
export interface BulkSender {
  /**
   * Sends one message, at most once. Waits for the bulk rate and for pauses. Never rejects.
   *
   * @param options.begin called right before each request; unless it resolves to true, nothing is sent
   * @param options.signal ends the waiting; a request that has left is not aborted
   */
  send(
    call: { readonly method: string; readonly payload: Readonly<Record<string, unknown>> },
    options: { begin: () => Promise<boolean>; signal: AbortSignal },
  ): Promise<BulkResult>;
}

/** Creates a sender that uses the client's limits, pauses and retries. */
export function createBulkSender(client: Pick<TelegramClient, 'forTurn'>): BulkSender {
  return {
    async send({ method, payload }, { begin, signal }) {
      const over = new AbortController();
      let hasLeft = false;
      const end = (): void => {
        if (!hasLeft) over.abort();
      };
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      // `begin` runs after everything that may delay the call, so that only messages that leave count as begun.
      const journal: TurnJournal = {
        recall: () => ({ state: 'new' }),
        async begin() {
          if (!(await begin())) throw new NotAllowed();
          hasLeft = true;
        },
        undo() {
          hasLeft = false;
          if (signal.aborted) end();
        },
        done: () => undefined,
        lost: () => undefined,
        cutOff: () => undefined,
      };
      const telegram = client.forTurn({ signal: over.signal, isHeld: () => true, journal });
      try {
        const options = { priority: 'bulk', delivery: 'at-most-once' } as const;
        await telegram.callApi(method as 'sendMessage', payload as never, options);
        return { outcome: 'sent' };
      } catch (error) {
        return resultOf(error);
      } finally {
        signal.removeEventListener('abort', end);
      }
    },
  };
}

class NotAllowed extends Error {}

function resultOf(error: unknown): BulkResult {
  if (error instanceof OutcomeUnknownError) return { outcome: 'unknown' };
  if (error instanceof NeverRetryError) {
    const { errorCode, description } = error;
    if (errorCode === 403) return { outcome: 'blocked' };
    return { outcome: 'failed', why: errorCode ? `${errorCode} ${description}` : description };
  }
  if (error instanceof RetryAfterError) {
    const { retryAfterMs: retryMs, description: why } = error;
    return { outcome: 'later', retryMs, why, isError: false };
  }
  if (error instanceof RetryError) {
    if (error.maybeSent) return { outcome: 'unknown' };
    const { errorCode, description } = error;
    const why = errorCode ? `${errorCode} ${description}` : description;
    return { outcome: 'later', retryMs: RETRY_MS, why, isError: errorCode !== undefined };
  }
  // Not allowed, or the signal has fired.
  return { outcome: 'not-sent' };
}
