import { setTimeout as sleep } from 'node:timers/promises';

/** A bandwidth limit shared by all transfers of the process. */
export interface Bandwidth {
  /** Resolves when these bytes may pass, with the wait in milliseconds; undefined when there is no wait. */
  take(bytes: number, signal: AbortSignal): Promise<number> | undefined;
}

/** @param bytesPerSecond 0 for no limit */
export function createBandwidth(bytesPerSecond: number): Bandwidth {
  if (bytesPerSecond === 0) return { take: () => undefined };
  // When the bytes taken so far will have been transferred at the limit. The next caller's bytes are queued after it.
  let paidUntil = 0;
  return {
    take(bytes, signal) {
      const now = performance.now();
      paidUntil = Math.max(now, paidUntil) + (bytes / bytesPerSecond) * 1_000;
      const waitMs = paidUntil - now;
      // Timers are too imprecise for short waits, so these are added to a later wait.
      if (waitMs < 10) return undefined;
      return sleep(waitMs, undefined, { signal }).then(() => performance.now() - now);
    },
  };
}
