import { once } from 'node:events';
import { connectionFailed, isRefusal, type Redis } from '@chatlane/redis';
import type { Logger } from '@chatlane/runtime';

/**
 * Waits for the connection, so that the first request finds it open. While Redis is away the ingress starts all the
 * same: it answers Telegram with 503 and when to come again.
 *
 * @throws Error naming REDIS_URL when Redis refuses the user, the password or the database
 */
export async function awaitRedis(
  redis: Redis,
  options: { timeoutMs: number; logger: Pick<Logger, 'warn'> },
): Promise<void> {
  const late = AbortSignal.timeout(options.timeoutMs);
  try {
    // Rejects on the first error too, such as a refused connection.
    if (redis.status !== 'ready') await once(redis, 'ready', { signal: late });
  } catch (error) {
    if (error instanceof Error && isRefusal(error)) throw connectionFailed(error);
    options.logger.warn(
      { err: error },
      'Redis (REDIS_URL) does not answer: updates are refused until it does',
    );
  }
}
