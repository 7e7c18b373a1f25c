import { within, type Redis } from '@chatlane/redis';

/** The connection over which workers share what lies beside the lanes: limits, lists of admins, a bot's own data. */
export type SharedRedis = Redis;

/** How to reach what all workers of a deployment share. */
export interface Shared {
  /** Best one that fails fast. */
  redis: SharedRedis;
  /** The deployment's name, CHATLANE_NAME: prefix of every key. */
  name: string;
  /** Milliseconds a middleware waits for Redis before it does without. Default 250. */
  patienceMs?: number;
}

/** States of a connection from which no command reaches Redis now. */
const away = ['reconnecting', 'close', 'end', 'disconnecting'];

/** Runs a command, but rejects when Redis is away or owes the answer for too long: a handler must not hang on it. */
export async function promptly<T>(
  { redis, patienceMs = 250 }: Pick<Shared, 'redis' | 'patienceMs'>,
  command: () => Promise<T>,
): Promise<T> {
  if (away.includes(redis.status)) throw new Error(`Redis is away: ${redis.status}`);
  return within(
    patienceMs,
    command(),
    () => new Error(`Redis gave no answer within ${patienceMs} ms`),
  );
}
