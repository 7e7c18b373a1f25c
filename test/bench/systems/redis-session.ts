import type { Redis } from 'ioredis';
import type { BenchSession } from './system.js';

/** A session as bots commonly keep it: GET before the handler, SET after it. */
export function redisSession(redis: Redis, chat: number): BenchSession {
  const key = `session:${chat}:${chat}`;
  return {
    read: async () => (await redis.get(key)) ?? undefined,
    write: async (json) => void (await redis.set(key, json)),
  };
}
