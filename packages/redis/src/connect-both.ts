import { connectRedis, type ConnectOptions, type Redis } from './connect.js';
import { failFast } from './fail-fast.js';

/** A waiting and a fail-fast client that share one connection. */
export interface BothConnections {
  /** Commands wait until Redis is available. */
  redis: Redis;
  /**
   * Commands fail at once, or after a second (see `failFast`). For everything that must not wait, such as scrapes,
   * readiness checks and reads that a handler makes.
   */
  fast: Redis;
  /** Closes both. */
  disconnect(): void;
}

/**
 * Returns at once, without waiting for the connection.
 *
 * @throws Error when the URL has none of the forms of `readRedisUrl`
 */
export function connectBoth(options: Pick<ConnectOptions, 'url' | 'name'>): BothConnections {
  const redis = connectRedis({ ...options, whenDown: 'wait' });
  return { redis, fast: failFast(redis), disconnect: () => redis.disconnect() };
}
