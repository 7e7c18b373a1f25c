import { setTimeout as sleep } from 'node:timers/promises';

/** A cap that all transfers of the process share. */
export interface Bandwidth {
  /** Resolves when so many bytes may have passed: how long that took, in milliseconds; undefined: at once. */
  take(bytes: number, signal: AbortSignal): Promise<number> | undefined;
}

/** @param bytesPerSecond 0: no cap */
export function createBandwidth(bytesPerSecond: number): Bandwidth {
  if (bytesPerSecond === 0) return { take: () => undefined };
  // The moment up to which all that was taken is paid for; who comes next stands behind it.
  let paidUntil = 0;
  return {
    take(bytes, signal) {
      const now = performance.now();
      paidUntil = Math.max(now, paidUntil) + (bytes / bytesPerSecond) * 1_000;
      const waitMs = paidUntil - now;
      // Short waits are owed rather than waited for: a timer is no finer than that.
      if (waitMs < 10) return undefined;
      return sleep(waitMs, undefined, { signal }).then(() => performance.now() - now);
    },
  };
}
