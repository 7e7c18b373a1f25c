import { once } from 'node:events';
import type { Redis } from '@chatlane/redis';
import type { Logger } from '@chatlane/runtime';

/**
 * Waits for the connection, so that the first request finds it open. A Redis that is not there is no
 * reason to stay away: Telegram is told to come again, and that has to be said by somebody.
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
    options.logger.warn(
      { err: error },
      'Redis (REDIS_URL) does not answer: updates are refused until it does',
    );
  }
}
