import type { Logger } from './logger.js';

/** Milliseconds between two lines of one cause. */
const EVERY_MS = 10_000;

interface Silence {
  /** Troubles since the last line. */
  count: number;
  error: unknown;
}

/**
 * Logs what goes wrong and is tried again, the first of a cause at once, and from then on one line every ten seconds
 * with the number since: BullMQ repeats without a pause what a Redis without memory, or a replica, refuses.
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
      logger.warn(
        { what, err: since.error, count: since.count },
        'trouble goes on; it is tried again',
      );
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
    logger.warn({ what, err: error }, 'trouble; it is tried again');
    silence(cause, what);
  };
}

/** A network error's code, the word Redis begins a refusal with, or the error's name: never what varies in a message. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^[A-Z]{3,}\b/.exec(error.message)?.[0] ?? error.name;
}
