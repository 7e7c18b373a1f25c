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

/** The poller lock, held by one process of a deployment at a time. */
export interface PollerLock {
  /** Waits for the lock, and holds it until `release`. Rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<HeldLock>;
}

/** The lock while this process holds it. */
export interface HeldLock {
  /** Fires when the lock was lost or could not be renewed in time. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * The lock only prevents two processes from terminating each other's `getUpdates` (409). Correctness does not depend on
 * it: a poller that goes on by mistake pushes duplicates, which the lanes recognize, and confirms only those.
 *
 * @param options.lockMs milliseconds after which a dead holder's lock expires; renewed at a third of it. Default: 15,000
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
      if (!released.signal.aborted) lost.abort(new Error('the poller lock was lost'));
    });
    return {
      lost: lost.signal,
      async release() {
        released.abort();
        await renewed;
        // Without Redis the lock expires by itself.
        await releaseScript.run(redis, [key], [token]).catch(() => false);
      },
    };
  }

  /** Resolves when the lock is lost or released. */
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
      // Keep trying while Redis is unavailable: no other process can take the lock either.
      while (!(await take(token).catch(() => false))) await sleep(lockMs / 3, signal);
      return hold(token);
    },
  };
}
