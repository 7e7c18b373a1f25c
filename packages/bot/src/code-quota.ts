import { createHmac } from 'node:crypto';
import type { SharedRedisOptions } from '@chatlane/middleware';

const HOUR_SECONDS = 3600;

/** Limits the number of one-time codes. Stored outside the session, which users can clear. */
export interface CodeQuota {
  /**
   * Whether a code may be sent to this user and this phone number. Repeated calls for the same update, as in a repeated
   * turn, count once. `at` is in Unix seconds.
   */
  take(ask: { userId: number; phone: string; update: number; at: number }): Promise<boolean>;
}

/**
 * Counts the codes of the last hour in `{<name>}:codes:<hash of a user's id or a phone number>`, a sorted set of the
 * updates that requested one, by time. A refused update is removed, so that a user who waits gets a code again.
 */
export function createCodeQuota(
  { redis, name, secret }: SharedRedisOptions & { secret: string },
  maxPerHour: number,
): CodeQuota {
  function keyOf(whose: string): string {
    const hash = createHmac('sha256', secret).update(JSON.stringify(['codes', whose]));
    return `{${name}}:codes:${hash.digest('base64url').slice(0, 22)}`;
  }

  /** Adds the update, and returns the number of updates in the last hour. */
  async function countWith(key: string, update: string, at: number): Promise<number> {
    const answers = await redis
      .multi()
      .zremrangebyscore(key, '-inf', at - HOUR_SECONDS)
      .zadd(key, at, update)
      .zcard(key)
      .expire(key, HOUR_SECONDS)
      .exec();
    const [error, count] = answers?.[2] ?? [new Error('Redis ran no transaction')];
    if (error) throw error;
    return Number(count);
  }

  return {
    async take({ userId, phone, update, at }) {
      const keys = [keyOf(`user ${userId}`), keyOf(`phone ${phone}`)];
      const counts = await Promise.all(keys.map((key) => countWith(key, String(update), at)));
      if (counts.every((count) => count <= maxPerHour)) return true;
      await Promise.all(keys.map((key) => redis.zrem(key, String(update))));
      return false;
    },
  };
}
