import type { Outage } from './outage.js';

/** Watches one request until it ends. */
export interface RequestWatch {
  /** The connection accepted more of the request body. */
  progressed(): void;
  /** The request ended: stops watching. */
  end(): void;
}

/** Starts watching a request. `abort` ends it as if its response was lost. */
export type WatchRequest = (abort: () => void) => RequestWatch;

/**
 * Detects outages in which Telegram accepts connections but does not respond. After each `silenceMs` without a response
 * an outage is suspected and a probe sent, so that a request that is merely slow goes on. A request that is still
 * silent `silenceMs` after the end of an outage is aborted, because its connection is probably dead.
 */
export function createSilenceWatch(
  outage: Pick<Outage, 'state' | 'suspect' | 'onAway'>,
  silenceMs: number,
): WatchRequest {
  // When an outage was last seen. `onAway` reports even one that begins and ends between two checks.
  let lastAwayAt = -Infinity;
  outage.onAway(() => (lastAwayAt = performance.now()));
  return function watchRequest(abort) {
    const startedAt = performance.now();
    let quietSince = startedAt;
    const check = (): void => {
      const now = performance.now();
      if (outage.state() !== undefined) lastAwayAt = now;
      if (now - Math.max(quietSince, lastAwayAt) < silenceMs) return;
      if (lastAwayAt > startedAt) abort();
      else void outage.suspect();
    };
    // Timers may fire a millisecond early.
    const timer = setInterval(check, silenceMs + 1);
    return {
      progressed: () => void (quietSince = performance.now()),
      end: () => clearInterval(timer),
    };
  };
}
