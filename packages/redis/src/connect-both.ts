import { connectRedis, type ConnectOptions, type Redis } from './connect.js';

/** The two connections of a process that works on what Redis holds. */
export interface BothConnections {
  /** Its commands wait for a Redis that is away. */
  redis: Redis;
  /** Its commands fail at once: for what must not wait, such as scrapes, readiness and a turn's own questions. */
  fast: Redis;
  disconnect(): void;
}

/**
 * Opens both without waiting for them to connect.
 *
 * @throws Error when the URL has none of the forms of `readRedisUrl`
 */
export function connectBoth(options: Pick<ConnectOptions, 'url' | 'name'>): BothConnections {
  const redis = connectRedis({ ...options, whenDown: 'wait' });
  const fast = connectRedis({ ...options, whenDown: 'fail-fast' });
  return {
    redis,
    fast,
    disconnect: () => [redis, fast].forEach((each) => each.disconnect()),
  };
}
