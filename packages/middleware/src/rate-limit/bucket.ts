import { defineScript } from '@chatlane/redis';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { sharedKeys } from '../shared-keys.js';
import { withTimeout, type SharedRedisOptions } from '../shared-redis.js';

/**
 * A token bucket: it holds `burst` messages and regains one each `everySeconds`. Unlike a fixed window, it does not let
 * twice as many messages pass at the border of two windows.
 */
export interface Limit {
  /** Seconds until one message is regained. `everySeconds * burst` must be at least 1. */
  everySeconds: number;
  /** The number of messages that may come at once. At least 1. */
  burst: number;
}

/** A message to be taken out of a bucket. */
export interface Charge {
  /** The bucket's key. */
  key: string;
  limit: Limit;
  /** The message's album, which is accepted or refused as a whole, and counts as one message. */
  album: string | undefined;
  /** Called when Redis is unavailable or slow, and the process applies the limit by itself. */
  onFallback: () => void;
}

/** The bucket was empty, or is still paused because it was. */
export interface Refusal {
  /** Milliseconds for which everything is refused. */
  waitMs: number;
  /** Resolves to true for the first call in this pause, across all workers. */
  announce(): Promise<boolean>;
}

/** The rate limiter's buckets. */
export interface Buckets {
  /** @throws Error when the limit is invalid, as does `take` */
  check(limit: Limit): void;
  /** Takes a message out of its bucket. Resolves to undefined when it is accepted. */
  take(charge: Charge): Promise<Refusal | undefined>;
}

const takeScript = defineScript(new URL('../../lua/take.lua', import.meta.url), Number);

/** The buckets of a deployment, shared by its workers in Redis. A refusal pauses a bucket for at least `pauseMs`. */
export function createBuckets(options: SharedRedisOptions & { pauseMs: number }): Buckets {
  const { redis, name, pauseMs } = options;
  const keys = sharedKeys(name);
  const local = createLocalBuckets(pauseMs);

  async function takeShared({ key, limit, album }: Charge): Promise<Refusal | undefined> {
    const pause = keys.pause(key);
    const albums = album === undefined ? [] : [keys.album(key, album)];
    const { burst, everySeconds } = limit;
    const waitMs = await withTimeout(options, () =>
      takeScript.run(
        redis,
        [keys.bucket(key), pause, ...albums],
        [burst, burst * everySeconds * 1000, pauseMs],
      ),
    );
    if (waitMs === 0) return undefined;
    return {
      waitMs,
      async announce() {
        const announced = withTimeout(options, () =>
          redis.set(pause, 'announced', 'KEEPTTL', 'XX', 'GET'),
        );
        return (await announced.catch(() => undefined)) !== 'announced';
      },
    };
  }

  return {
    check,
    async take(charge) {
      check(charge.limit);
      try {
        return await takeShared(charge);
      } catch {
        charge.onFallback();
        return local.take(charge);
      }
    },
  };
}

/** Limits this process alone, with fixed windows of the time in which a bucket fills. Does not recognize albums. */
function createLocalBuckets(pauseMs: number) {
  const known = new Map<string, ReturnType<typeof windowsOf>>();

  function windowsOf({ burst, everySeconds }: Limit) {
    const duration = everySeconds * burst;
    const blockDuration = Math.max(duration, pauseMs / 1000);
    return {
      messages: new RateLimiterMemory({ points: burst, duration, blockDuration }),
      announcements: new RateLimiterMemory({ points: 1, duration: blockDuration }),
    };
  }

  return {
    async take({ key, limit }: Charge): Promise<Refusal | undefined> {
      const name = `${limit.everySeconds} ${limit.burst}`;
      const windows = known.get(name) ?? windowsOf(limit);
      known.set(name, windows);
      const waitMs = await waitAfter(windows.messages.consume(key));
      if (waitMs === 0) return undefined;
      return {
        waitMs,
        announce: async () => (await waitAfter(windows.announcements.consume(key))) === 0,
      };
    },
  };
}

/** Milliseconds until the next message, or 0 if this one was accepted. */
async function waitAfter(consuming: Promise<RateLimiterRes>): Promise<number> {
  try {
    await consuming;
    return 0;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return Math.max(1, refusal.msBeforeNext);
  }
}

function check({ everySeconds, burst }: Limit): void {
  if (!Number.isInteger(burst) || burst < 1) {
    throw new Error(`burst: must be a whole number of at least 1, is ${burst}`);
  }
  if (!(everySeconds * burst >= 1)) {
    throw new Error(
      `everySeconds: times burst (${burst}) must be at least 1 second, is ${everySeconds}`,
    );
  }
}
