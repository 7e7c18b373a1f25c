import { types } from 'node:util';
import type { ApiCall, Interceptor } from './interceptor.js';
import { CallError, NeverRetryError, RetryAfterError, RetryError } from './errors.js';
import { identifyingFields } from './payload.js';
import { LostCall, RefusedCall, SourceFailure } from './transport-errors.js';

/** Telegram always sends `retry_after` with a 429, so one without it comes from a proxy. */
const floodWithoutTimeMs = 5_000;
/** A rejected token needs an operator, so retrying sooner is pointless. */
const tokenRefusedMs = 60_000;

/**
 * Responses after which the call is assumed not to have been carried out. Telegram does not document this; it is this
 * package's choice. 504 is not among them because the server may still be working on the call.
 */
const nothingDone: ReadonlySet<number> = new Set([500, 502, 503]);

/**
 * Converts the transport's errors into the public error classes, one for each next action, with all secrets redacted.
 */
export function createErrorClassifier(redact: (text: string) => string): Interceptor {
  return function classify(call, next) {
    return next(call).catch((error: unknown) => {
      if (error instanceof CallError) throw error;
      if (error instanceof RefusedCall) throw fromResponse(call, error, redact);
      if (error instanceof LostCall) throw fromConnection(call, error, redact);
      if (error instanceof SourceFailure) throw fromSource(call, error, redact);
      throw error;
    });
  };
}

function fromResponse(
  { method, payload }: ApiCall,
  { response }: RefusedCall,
  redact: (text: string) => string,
): CallError {
  const { error_code: errorCode, parameters } = response;
  const failure = {
    method,
    errorCode,
    description: withoutQuotes(redact(response.description)),
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

/** Retrying cannot help: the handler passed a file that cannot be read. */
function fromSource(
  { method }: ApiCall,
  { message }: SourceFailure,
  redact: (text: string) => string,
): NeverRetryError {
  const description = `the source of the upload could not be read: ${redact(message)}`;
  return new NeverRetryError({ method, description });
}

/** A redacted copy, because the original error may contain the URL and with it the token. */
function copyOf(error: unknown, redact: (text: string) => string): { cause?: Error } {
  if (!types.isNativeError(error)) return {};
  const { name, message } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { cause: Object.assign(new Error(redact(message)), { name, ...(code && { code }) }) };
}

/** Telegram's error descriptions quote the text that it could not parse. */
function withoutQuotes(description: string): string {
  // Single quotes are matched only where they cannot be apostrophes.
  return description.replace(/"[^"]*"/g, '"…"').replace(/ '[^']*'(?= |$)/g, " '…'");
}
