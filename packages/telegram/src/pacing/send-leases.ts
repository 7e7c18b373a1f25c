import { randomUUID } from 'node:crypto';
import { defineScript, within, type Redis } from '@chatlane/redis';

/** After this time the worker goes on without Redis. */
const REDIS_TIMEOUT_MS = 250;

/** Without Redis the rate drops and recovers as in lease-sends.lua. */
const FALLS_TO = 0.7;
const RISES = 0.02;

/** Several 429s within this time lower the rate only once. */
const FLOOD_MS = 3_000;

/** A permission for one worker to send. */
export interface SendLease {
  /** How many sends were granted; may be 0. */
  readonly granted: number;
  /** The deployment's current rate, in sends per second. */
  readonly perSecond: number;
  /** How many workers share the rate. */
  readonly workers: number;
  /** Milliseconds until more may be granted. */
  readonly waitMs: number;
}

/** Leases sends from a budget that the deployment shares. */
export interface SendLeases {
  /** The most recent lease. */
  readonly last: SendLease;
  /** Never rejects: while Redis is unavailable the worker uses its share of the last known rate. */
  lease(wanted: number): Promise<SendLease>;
  /** Lowers the rate after a 429: here at once, for other workers with the next lease. */
  slowDown(): void;
}

/** Options of `createSendLeases`. */
export interface SendLeasesOptions {
  redis: Redis | undefined;
  /** The budget's Redis key. */
  key: string;
  /** Sends per second: the initial and highest rate. */
  perSecond: number;
  /** Redis did not respond in time. */
  onUnshared(error: unknown): void;
}

const leaseScript = defineScript(new URL('../../lua/lease-sends.lua', import.meta.url), (reply) => {
  const [granted, rate, workers, waitMs] = reply as [number, number, number, number];
  return { granted, perSecond: rate / 1_000, workers, waitMs };
});

/** Creates the leases of one worker. Without Redis, the worker has the whole rate to itself. */
export function createSendLeases(options: SendLeasesOptions): SendLeases {
  const { redis, key, perSecond } = options;
  const worker = randomUUID();
  let last: SendLease = { granted: 0, perSecond, workers: 1, waitMs: 0 };
  let flooded = false;
  let floodedAtMs = -Infinity;
  /** The sends that this worker's share of the rate allows without Redis, and when that was computed. */
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
