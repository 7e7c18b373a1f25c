import type { Outage } from './outage.js';

/** Follows one request until it ends. */
export interface RequestWatch {
  /** The connection has taken more of the request. */
  progressed(): void;
  end(): void;
}

/** Begins to follow a request. `cut` ends it as one whose answer was lost. */
export type WatchRequest = (cut: () => void) => RequestWatch;

/**
 * Notices an outage in which Telegram accepts connections and does not answer: each `silenceMs` without an answer raise
 * a suspicion, which a probe settles, so that a request that merely takes long goes on. One that has waited through an
 * outage, and for as long again after its end, is cut: its connection is likely dead.
 */
export function createSilenceWatch(
  outage: Pick<Outage, 'state' | 'suspect'>,
  silenceMs: number,
): WatchRequest {
  return function watchRequest(cut) {
    let quietSince = performance.now();
    let wasAway = false;
    const look = (): void => {
      const now = performance.now();
      if (outage.state() !== undefined) {
        wasAway = true;
        quietSince = now;
      } else if (now - quietSince >= silenceMs) {
        if (wasAway) cut();
        else void outage.suspect();
      }
    };
    // A timer may fire a moment early.
    const timer = setInterval(look, silenceMs + 1);
    return {
      progressed: () => void (quietSince = performance.now()),
      end: () => clearInterval(timer),
    };
  };
}
