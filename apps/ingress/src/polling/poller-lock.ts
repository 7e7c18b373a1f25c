import { randomUUID } from 'node:crypto';
import { defineScript, type Redis } from '@chatlane/redis';
import { sleep } from '@chatlane/runtime';

const renewScript = defineScript(
  new URL('../../lua/renew-poller.lua', import.meta.url),
  (reply) => reply === 1,
);
const releaseScript = defineScript(
  new URL('../../lua/release-poller.lua', import.meta.url),
  (reply) => reply === 1,
);

/** The right to poll, held by one process of a deployment at a time. */
export interface PollerLock {
  /** Waits for the right, and holds it until `release`. @throws the signal's reason. */
  acquire(signal: AbortSignal): Promise<HeldLock>;
}

export interface HeldLock {
  /** Fires when the right was lost, or could not be renewed in time. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * The lock saves two processes from ending each other's `getUpdates` (409); it guards nothing else:
 * a poller that goes on by mistake pushes updates that the lanes have seen, and confirms only those.
 * @param options.lockMs a dead holder is followed after this long; renewed every third of it. Default 15 s.
 */
export function createPollerLock(options: {
  redis: Pick<Redis, 'set' | 'callBuffer'>;
  name: string;
  lockMs?: number;
}): PollerLock {
  const { redis, name, lockMs = 15_000 } = options;
  const key = `{${name}}:poller`;

  async function take(token: string): Promise<boolean> {
    return (await redis.set(key, token, 'PX', lockMs, 'NX')) === 'OK';
  }

  function hold(token: string): HeldLock {
    const lost = new AbortController();
    const released = new AbortController();
    const renewed = renewUntilLost(token, released.signal).then(() => {
      if (!released.signal.aborted) lost.abort(new Error('the right to poll was lost'));
    });
    return {
      lost: lost.signal,
      async release() {
        released.abort();
        await renewed;
        // Without Redis the right ends by itself.
        await releaseScript.run(redis, [key], [token]).catch(() => false);
      },
    };
  }

  /** Resolves when the right is gone, or given up. */
  async function renewUntilLost(token: string, signal: AbortSignal): Promise<void> {
    let endsAt = performance.now() + lockMs;
    while (performance.now() < endsAt) {
      await sleep(lockMs / 3, signal).catch(() => undefined);
      if (signal.aborted) return;
      const askedAt = performance.now();
      const mine = await renewScript.run(redis, [key], [token, lockMs]).catch(() => 'unknown');
      if (mine === false) return;
      if (mine === true) endsAt = askedAt + lockMs;
    }
  }

  return {
    async acquire(signal) {
      const token = randomUUID();
      // Redis being away is no reason to give up: nobody else can take the right either.
      while (!(await take(token).catch(() => false))) await sleep(lockMs / 3, signal);
      return hold(token);
    },
  };
}
