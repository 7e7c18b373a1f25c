import { setTimeout as sleep } from 'node:timers/promises';

/** A change of the rate takes effect within this time. */
const CHECK_MS = 200;

/** Spaces the messages of one broadcast by its own rate, which may change at any time. */
export interface OwnRate {
  /** Messages per second; 0 for no limit. */
  perSecond: number;
  /** Resolves when the next message may be sent, or when the signal fires. */
  next(signal: AbortSignal): Promise<void>;
}

export function createOwnRate(perSecond: number): OwnRate {
  let lastAt = -Infinity;
  const rate: OwnRate = {
    perSecond,
    async next(signal) {
      while (!signal.aborted && rate.perSecond > 0) {
        const now = performance.now();
        const waitMs = lastAt + 1_000 / rate.perSecond - now;
        if (waitMs <= 0) {
          // Late timers are made up for, but a longer break is not.
          lastAt = Math.max(now - CHECK_MS, lastAt + 1_000 / rate.perSecond);
          return;
        }
        await sleep(Math.min(CHECK_MS, waitMs), undefined, { signal }).catch(() => undefined);
      }
    },
  };
  return rate;
}
