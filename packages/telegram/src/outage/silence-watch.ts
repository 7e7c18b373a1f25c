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
  // An outage may begin and end between two checks of a request.
  let lastAwayAt = -Infinity;
  outage.onAway(() => (lastAwayAt = performance.now()));
  return function watchRequest(abort) {
    const startedAt = performance.now();
    let quietSince = startedAt;
    let wasAway = false;
    const check = (): void => {
      const now = performance.now();
      if (lastAwayAt > startedAt) {
        wasAway = true;
        quietSince = Math.max(quietSince, lastAwayAt);
      }
      if (outage.state() !== undefined) {
        wasAway = true;
        quietSince = now;
      } else if (now - quietSince >= silenceMs) {
        if (wasAway) abort();
        else void outage.suspect();
      }
    };
    // Timers may fire a millisecond early.
    const timer = setInterval(check, silenceMs + 1);
    return {
      progressed: () => void (quietSince = performance.now()),
      end: () => clearInterval(timer),
    };
  };
}
