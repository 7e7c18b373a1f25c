import { defineScript } from '@chatlane/redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { sharedKeys } from '../shared-keys.js';
import { promptly, type Shared } from '../shared-redis.js';

/**
 * One message each `everySeconds`, and up to `burst` at once after a pause: a bucket that holds `burst` messages and gets
 * one back each `everySeconds`. It slides: there are no windows at whose border twice as many pass.
 */
export interface Limit {
  everySeconds: number;
  burst: number;
}

export interface Buckets {
  /** @throws Error when the limit is none that can be kept: `take` would, too */
  check(limit: Limit): void;
  /** Takes one message out of the bucket `key`. 0: taken. Else refused: milliseconds until one is there. `insured` is called when Redis did not tell. */
  take(key: string, limit: Limit, insured: () => void): Promise<number>;
}

const script = defineScript(new URL('../../lua/take.lua', import.meta.url), (reply) => reply);

/** Takes over when Redis is away or slow, for its own process, in windows of the time in which the bucket fills. */
class Insurance extends RateLimiterMemory {
  override consume(...args: Parameters<RateLimiterMemory['consume']>): Promise<RateLimiterRes> {
    const { insured } = args[2] as { insured: () => void };
    insured();
    return super.consume(...args);
  }
}

/** The buckets of a deployment: shared by its workers in Redis. */
export function createBuckets({ redis, name }: Shared): Buckets {
  const limiters = new Map<string, RateLimiterRedis>();
  // With the client itself the limiter would define a command on it, the same for all limiters there are.
  const storeClient = {
    rlflxIncr: ([key = '', ...args]: string[]) =>
      promptly(redis, () => script.run(redis, [key], args)),
  };

  function limiterOf(limit: Limit): RateLimiterRedis {
    const { everySeconds, burst } = limit;
    const known = limiters.get(`${everySeconds} ${burst}`);
    if (known) return known;
    check(limit);
    const keyPrefix = sharedKeys(name).limits;
    const bucket = { points: burst, duration: everySeconds * burst, keyPrefix };
    const insuranceLimiter = new Insurance(bucket);
    const limiter = new RateLimiterRedis({ ...bucket, storeClient, insuranceLimiter });
    limiters.set(`${everySeconds} ${burst}`, limiter);
    return limiter;
  }

  return {
    check,
    async take(key, limit, insured) {
      try {
        await limiterOf(limit).consume(key, 1, { insured });
        return 0;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, refusal.msBeforeNext);
      }
    },
  };
}

function check({ everySeconds, burst }: Limit): void {
  if (!Number.isInteger(burst) || burst < 1) {
    throw new Error(`burst: must be a whole number from 1 on, is ${burst}`);
  }
  if (!(everySeconds * burst >= 1)) {
    throw new Error(`everySeconds: ${burst} of them must be a second at least, is ${everySeconds}`);
  }
}
