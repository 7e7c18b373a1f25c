import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from './connect.js';
import { connectionFailed } from './connection-error.js';

/** Long enough for a Redis that starts at the same time as this process. */
const WAIT_MS = 10_000;

/**
 * Waits for the first reply on a `wait` connection.
 *
 * @param waitMs default 10,000
 * @throws Error naming REDIS_URL when Redis does not answer or refuses the connection; the reason of `stopping` when
 *   that is aborted first
 */
export async function awaitRedis(
  redis: Redis,
  stopping: AbortSignal,
  waitMs = WAIT_MS,
): Promise<void> {
  let last: Error | undefined;
  const remember = (error: Error): void => void (last = error);
  redis.on('error', remember);
  const answered = new AbortController();
  const signal = AbortSignal.any([stopping, answered.signal]);
  const late = sleep(waitMs, undefined, { signal }).then(
    () => {
      throw connectionFailed(last);
    },
    () => signal.throwIfAborted(),
  );
  const answer = redis.ping().catch((error: Error) => {
    throw connectionFailed(error);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    answered.abort();
    redis.off('error', remember);
  }
}
