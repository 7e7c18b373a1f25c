import { randomUUID } from 'node:crypto';
import { defineScript, within, type Redis } from '@chatlane/redis';

/** A Redis that has not answered by then is done without. */
const REDIS_TIMEOUT_MS = 250;

/** Without Redis the rate falls and creeps up as in lease-sends.lua. */
const FALLS_TO = 0.7;
const RISES = 0.02;

/** Floods that follow one another so closely lower the rate once. */
const FLOOD_MS = 3_000;

/** What a worker may send now. */
export interface SendLease {
  readonly granted: number;
  /** The deployment's rate now, in sends a second. */
  readonly perSecond: number;
  /** How many workers share it. */
  readonly workers: number;
  /** Milliseconds until more may be granted. */
  readonly waitMs: number;
}

/** Leases sends out of a budget of the deployment. */
export interface SendLeases {
  readonly last: SendLease;
  /** Never rejects: while Redis is away this worker has its share of the rate as last known. */
  lease(wanted: number): Promise<SendLease>;
  /** Telegram answered 429: the rate falls, for the others with the next lease. */
  slowDown(): void;
}

export interface SendLeasesOptions {
  redis: Redis | undefined;
  /** Redis key of the budget. */
  key: string;
  /** Sends a second; the rate begins with it, and never exceeds it. */
  perSecond: number;
  /** Redis did not answer in time. */
  onUnshared(error: unknown): void;
}

const leaseScript = defineScript(new URL('../../lua/lease-sends.lua', import.meta.url), (reply) => {
  const [granted, rate, workers, waitMs] = reply as [number, number, number, number];
  return { granted, perSecond: rate / 1_000, workers, waitMs };
});

export function createSendLeases(options: SendLeasesOptions): SendLeases {
  const { redis, key, perSecond } = options;
  const worker = randomUUID();
  let last: SendLease = { granted: 0, perSecond, workers: 1, waitMs: 0 };
  let flooded = false;
  let floodedAtMs = -Infinity;
  /** Sends that this worker's share of the rate allows by itself, and when that was counted. */
  let share = { sends: Math.max(1, perSecond / 2), atMs: performance.now() };

  async function leaseShared(shared: Redis, wanted: number): Promise<SendLease> {
    const args = [worker, wanted, perSecond, flooded ? 1 : 0];
    const wasFlooded = flooded;
    const lease = await within(REDIS_TIMEOUT_MS, leaseScript.run(shared, [key], args));
    if (wasFlooded) flooded = false;
    share = { sends: 0, atMs: performance.now() };
    return lease;
  }

  function leaseAlone(wanted: number): SendLease {
    const now = performance.now();
    const seconds = (now - share.atMs) / 1_000;
    const rate = Math.min(perSecond, last.perSecond + perSecond * RISES * seconds);
    const own = rate / last.workers;
    const sends = Math.min(Math.max(1, own / 2), share.sends + own * seconds);
    const granted = Math.min(wanted, Math.floor(sends));
    share = { sends: sends - granted, atMs: now };
    const waitMs = Math.ceil(((1 - Math.min(1, share.sends)) * 1_000) / own);
    return { granted, perSecond: rate, workers: last.workers, waitMs };
  }

  return {
    get last() {
      return last;
    },
    async lease(wanted) {
      if (redis === undefined) return (last = leaseAlone(wanted));
      try {
        return (last = await leaseShared(redis, wanted));
      } catch (error) {
        options.onUnshared(error);
        return (last = leaseAlone(wanted));
      }
    },
    slowDown() {
      const now = performance.now();
      if (now - floodedAtMs < FLOOD_MS) return;
      floodedAtMs = now;
      last = { ...last, perSecond: last.perSecond * FALLS_TO };
      flooded = true;
    },
  };
}
