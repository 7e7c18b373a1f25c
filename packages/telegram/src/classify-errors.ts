import { types } from 'node:util';
import type { ApiCall, Interceptor } from './interceptor.js';
import { CallError, NeverRetryError, RetryAfterError, RetryError } from './errors.js';
import { identifyingFields } from './payload.js';
import { LostCall, RefusedCall, SourceFailure } from './transport-errors.js';

/** A flood wait without `retry_after` comes from a proxy, a refused token from an operator's change. */
const floodWithoutTimeMs = 5_000;
const tokenRefusedMs = 60_000;

/**
 * Answers after which nothing was done, as far as anyone can tell: this package's choice, as Telegram documents none.
 * After a 504, the server may still be at work on the call.
 */
const nothingDone: ReadonlySet<number> = new Set([500, 502, 503]);

/** Turns the transport's errors into those that callers see, by next action, with nothing secret left in them. */
export function createErrorClassifier(redact: (text: string) => string): Interceptor {
  return function classify(call, next) {
    return next(call).catch((error: unknown) => {
      if (error instanceof CallError) throw error;
      if (error instanceof RefusedCall) throw fromAnswer(call, error, redact);
      if (error instanceof LostCall) throw fromConnection(call, error, redact);
      if (error instanceof SourceFailure) throw fromSource(call, error, redact);
      throw error;
    });
  };
}

function fromAnswer(
  { method, payload }: ApiCall,
  { answer }: RefusedCall,
  redact: (text: string) => string,
): CallError {
  const { error_code: errorCode, parameters } = answer;
  const failure = {
    method,
    errorCode,
    description: withoutQuotes(redact(answer.description)),
    parameters,
    identifying: identifyingFields(payload),
  };
  if (errorCode === 429) {
    const seconds = parameters?.retry_after;
    const retryAfterMs = seconds === undefined ? floodWithoutTimeMs : seconds * 1_000;
    return new RetryAfterError({ ...failure, retryAfterMs });
  }
  if (errorCode === 401) return new RetryAfterError({ ...failure, retryAfterMs: tokenRefusedMs });
  if (errorCode === 409) return new RetryError({ ...failure, maybeSent: false });
  if (errorCode >= 500) {
    return new RetryError({ ...failure, maybeSent: !nothingDone.has(errorCode) });
  }
  return new NeverRetryError({ ...failure, migrateToChatId: parameters?.migrate_to_chat_id });
}

function fromConnection(
  { method }: ApiCall,
  { message, maybeSent, cause }: LostCall,
  redact: (text: string) => string,
): RetryError {
  return new RetryError({
    method,
    description: redact(message),
    maybeSent,
    ...copyOf(cause, redact),
  });
}

/** The handler's own fault: Telegram was reached, or not even asked. */
function fromSource(
  { method }: ApiCall,
  { message }: SourceFailure,
  redact: (text: string) => string,
): NeverRetryError {
  const description = `the source of the upload could not be read: ${redact(message)}`;
  return new NeverRetryError({ method, description });
}

/** The error itself is not the `cause`: it may name the address, which holds the token. */
function copyOf(error: unknown, redact: (text: string) => string): { cause?: Error } {
  if (!types.isNativeError(error)) return {};
  const { name, message } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { cause: Object.assign(new Error(redact(message)), { name, ...(code && { code }) }) };
}

/** Telegram quotes the text it could not parse. */
function withoutQuotes(description: string): string {
  // Single quotes only where they cannot be apostrophes.
  return description.replace(/"[^"]*"/g, '"…"').replace(/ '[^']*'(?= |$)/g, " '…'");
}
