import { defineScript } from '@chatlane/redis';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
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

/** What is taken out of a bucket. */
export interface Taken {
  /** Of the bucket. */
  key: string;
  limit: Limit;
  /** The album that the message belongs to. It is taken or refused as a whole, and counts as one message. */
  album: string | undefined;
  /** Called when Redis is away or slow, and the process limits by itself. */
  onInsured: () => void;
}

/** The bucket was empty, or is paused since it was. */
export interface Refusal {
  /** Until then everything is refused. */
  waitMs: number;
  /** True for the first call in this pause, over all workers. */
  announce(): Promise<boolean>;
}

export interface Buckets {
  /** @throws Error when the limit cannot be kept; `take` throws it too */
  check(limit: Limit): void;
  /** Undefined: taken. */
  take(what: Taken): Promise<Refusal | undefined>;
}

const takeScript = defineScript(new URL('../../lua/take.lua', import.meta.url), Number);

/** The buckets of a deployment, shared by its workers in Redis. A refusal pauses a bucket for `pauseMs` or longer. */
export function createBuckets(options: Shared & { pauseMs: number }): Buckets {
  const { redis, name, pauseMs } = options;
  const keys = sharedKeys(name);
  const insurance = createInsurance(pauseMs);

  async function takeShared({ key, limit, album }: Taken): Promise<Refusal | undefined> {
    const pause = keys.pause(key);
    const albums = album === undefined ? [] : [keys.album(key, album)];
    const { burst, everySeconds } = limit;
    const waitMs = await promptly(options, () =>
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
        const announced = promptly(options, () =>
          redis.set(pause, 'announced', 'KEEPTTL', 'XX', 'GET'),
        );
        return (await announced.catch(() => undefined)) !== 'announced';
      },
    };
  }

  return {
    check,
    async take(what) {
      check(what.limit);
      try {
        return await takeShared(what);
      } catch {
        what.onInsured();
        return insurance.take(what);
      }
    },
  };
}

/** Limits one process by itself, in windows of the time in which a bucket fills. It knows nothing of albums. */
function createInsurance(pauseMs: number) {
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
    async take({ key, limit }: Taken): Promise<Refusal | undefined> {
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

/** 0: consumed. */
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
    throw new Error(`burst: must be a whole number from 1 on, is ${burst}`);
  }
  if (!(everySeconds * burst >= 1)) {
    throw new Error(`everySeconds: ${burst} of them must be a second at least, is ${everySeconds}`);
  }
}
