import { createHmac } from 'node:crypto';
import type { SharedRedisOptions } from '@chatlane/middleware';

const HOUR_SECONDS = 3600;

/** How many one-time codes somebody is sent. Beside the session, which they can clear. */
export interface CodeQuota {
  /**
   * Whether a code may be sent, to this user and to this phone number. The same update asked again, as by a repeated
   * turn, counts once. `at`: Unix seconds.
   */
  take(ask: { userId: number; phone: string; update: number; at: number }): Promise<boolean>;
}

/**
 * Counts the codes of the last hour: `{<name>}:codes:<hash of a user's id or a phone number>`, a sorted set of the
 * updates that asked for one, by time. An update that is refused is not kept, so that who waits is served again.
 */
export function createCodeQuota(
  { redis, name, secret }: SharedRedisOptions & { secret: string },
  mostAnHour: number,
): CodeQuota {
  function keyOf(whose: string): string {
    const hash = createHmac('sha256', secret).update(JSON.stringify(['codes', whose]));
    return `{${name}}:codes:${hash.digest('base64url').slice(0, 22)}`;
  }

  /** How many updates of the last hour there are with this one. */
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
      if (counts.every((count) => count <= mostAnHour)) return true;
      await Promise.all(keys.map((key) => redis.zrem(key, String(update))));
      return false;
    },
  };
}
