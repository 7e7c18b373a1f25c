import type { Logger } from './logger.js';

/** Milliseconds between two lines about one cause. */
const EVERY_MS = 10_000;

interface Silence {
  /** Errors since the last line. */
  count: number;
  error: unknown;
}

/**
 * Logs errors of operations that are retried: a new cause immediately, and then one line every ten seconds with the
 * count. BullMQ, for example, retries without a pause while Redis is out of memory or read-only.
 */
export function createTroubleLog(
  logger: Pick<Logger, 'warn'>,
  everyMs = EVERY_MS,
): (what: string, error: unknown) => void {
  const silences = new Map<string, Silence>();

  function silence(cause: string, what: string): void {
    const since: Silence = { count: 0, error: undefined };
    silences.set(cause, since);
    setTimeout(() => {
      silences.delete(cause);
      if (since.count === 0) return;
      logger.warn({ what, err: since.error, count: since.count }, 'still failing; will retry');
      silence(cause, what);
    }, everyMs).unref();
  }

  return (what, error) => {
    const cause = `${what} ${kindOf(error)}`;
    const since = silences.get(cause);
    if (since) {
      since.count += 1;
      since.error = error;
      return;
    }
    logger.warn({ what, err: error }, 'failed; will retry');
    silence(cause, what);
  };
}

/**
 * The code of a network error, the prefix of a Redis error, or the error's name: nothing that varies between messages.
 */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^[A-Z]{3,}\b/.exec(error.message)?.[0] ?? error.name;
}
