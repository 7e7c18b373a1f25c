import { once } from 'node:events';
import { connectionFailed, isRefusal, type Redis } from '@chatlane/redis';
import type { Logger } from '@chatlane/runtime';

/**
 * Waits for the connection, so that it is open for the first request. The ingress starts even if Redis is unavailable:
 * it then responds to Telegram with 503 and Retry-After.
 *
 * @param options.timeoutMs how long to wait, in milliseconds
 * @throws Error naming REDIS_URL when Redis rejects the user, the password or the database
 */
export async function awaitRedis(
  redis: Redis,
  options: { timeoutMs: number; logger: Pick<Logger, 'warn'> },
): Promise<void> {
  const late = AbortSignal.timeout(options.timeoutMs);
  try {
    // Also rejects on the first error, such as a refused connection.
    if (redis.status !== 'ready') await once(redis, 'ready', { signal: late });
  } catch (error) {
    if (error instanceof Error && isRefusal(error)) throw connectionFailed(error);
    options.logger.warn(
      { err: error },
      'Redis (REDIS_URL) does not respond: updates are rejected until it does',
    );
  }
}
