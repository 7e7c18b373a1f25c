import { TelegramError } from 'telegraf';
import type { Link } from './chain.js';
import { CallError, NeverRetryError, RetryAfterError, RetryError } from './errors.js';

/** A flood wait without `retry_after` comes from a proxy, a refused token from an operator's change. */
const floodWithoutTimeMs = 5_000;
const tokenRefusedMs = 60_000;

/** Codes of Node for a connection that never came to be: not a byte of the call has left. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Turns Telegraf's and node-fetch's errors into ours, by next action, with nothing secret left in them. */
export function createClassify(redact: (text: string) => string): Link {
  return async function classify(call, next) {
    try {
      return await next(call);
    } catch (error) {
      if (error instanceof CallError) throw error;
      if (error instanceof TelegramError) throw fromAnswer(call.method, error, redact);
      if (isFetchError(error)) throw fromNetwork(call.method, error, redact);
      throw error;
    }
  };
}

/** The TelegramError itself is no `cause`: it holds the payload, which is what users wrote. */
function fromAnswer(
  method: string,
  { response }: TelegramError,
  redact: (text: string) => string,
): CallError {
  const { error_code: errorCode, parameters } = response;
  const failure = { method, errorCode, description: withoutQuotes(redact(response.description)) };
  if (errorCode === 429) {
    const seconds = parameters?.retry_after;
    const retryAfterMs = seconds === undefined ? floodWithoutTimeMs : seconds * 1_000;
    return new RetryAfterError({ ...failure, retryAfterMs });
  }
  if (errorCode === 401) return new RetryAfterError({ ...failure, retryAfterMs: tokenRefusedMs });
  if (errorCode === 409) return new RetryError({ ...failure, maybeSent: false });
  if (errorCode >= 500) return new RetryError({ ...failure, maybeSent: true });
  return new NeverRetryError({ ...failure, migrateToChatId: parameters?.migrate_to_chat_id });
}

interface FetchError extends Error {
  type: string;
  code?: string;
}

function isFetchError(error: unknown): error is FetchError {
  return error instanceof Error && error.name === 'FetchError' && 'type' in error;
}

/** The FetchError itself is no `cause`: its stack, and its message for bodies that are no JSON, hold the token. */
function fromNetwork(
  method: string,
  { message, type, code }: FetchError,
  redact: (text: string) => string,
): RetryError {
  const description = redact(message);
  const cause = Object.assign(new Error(description), { name: 'FetchError', type, code });
  const maybeSent = !(code !== undefined && neverSent.has(code)) && !isFailedConnect(message);
  return new RetryError({ method, description, maybeSent, cause });
}

function isFailedConnect(message: string): boolean {
  return / reason: connect E[A-Z]+/.test(message);
}

/** Telegram quotes the text it could not parse. */
function withoutQuotes(description: string): string {
  return description.replace(/"[^"]*"/g, '"…"');
}
