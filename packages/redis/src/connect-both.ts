import { connectRedis, type ConnectOptions, type Redis } from './connect.js';
import { failFast } from './fail-fast.js';

/** The two ways in which a process that works on what Redis holds sends its commands, over the same connections. */
export interface BothConnections {
  /** Its commands wait for a Redis that is away. */
  redis: Redis;
  /**
   * Its commands fail at once, or after a second (see `failFast`): for what must not wait, such as scrapes, readiness
   * and a turn's own questions.
   */
  fast: Redis;
  /** Ends both. */
  disconnect(): void;
}

/**
 * Opens the connections without waiting for them.
 *
 * @throws Error when the URL has none of the forms of `readRedisUrl`
 */
export function connectBoth(options: Pick<ConnectOptions, 'url' | 'name'>): BothConnections {
  const redis = connectRedis({ ...options, whenDown: 'wait' });
  return { redis, fast: failFast(redis), disconnect: () => redis.disconnect() };
}
