import { within, type Redis } from '@chatlane/redis';

/**
 * A connection to the Redis that holds what workers share outside of lanes: limits, lists of admins, a bot's own data.
 */
export type SharedRedis = Redis;

/** Access to the data that all workers of a deployment share. */
export interface SharedRedisOptions {
  /** Preferably a connection that fails fast. */
  redis: SharedRedis;
  /** The deployment's name, CHATLANE_NAME, which is the prefix of every key. */
  name: string;
  /** Milliseconds that a middleware waits for Redis before it goes on without it. Default 250. */
  timeoutMs?: number;
}

/** States of a connection in which no command reaches Redis. */
const disconnected = ['reconnecting', 'close', 'end', 'disconnecting'];

/**
 * Runs a command, but rejects when Redis is disconnected or too slow, because a handler must not hang. The messages are
 * those that `isRedisUnavailable` recognizes.
 */
export async function withTimeout<T>(
  { redis, timeoutMs = 250 }: Pick<SharedRedisOptions, 'redis' | 'timeoutMs'>,
  command: () => Promise<T>,
): Promise<T> {
  if (disconnected.includes(redis.status)) throw new Error(`Redis is unavailable: ${redis.status}`);
  return within(
    timeoutMs,
    command(),
    () => new Error(`Redis gave no answer within ${timeoutMs} ms`),
  );
}
