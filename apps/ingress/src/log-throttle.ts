/** An episode is over when it was not told of for so long. */
const QUIET_MS = 60_000;

/** The most throttle remembered at a time. */
const MAX_NAMES = 1_000;

/** Tells the first of many like events, so that it can be logged once. */
export interface LogThrottle {
  /** Whether this event begins an episode: there was no other of that name within the last minute. */
  allows: (name: string) => boolean;
}

/** @param now a clock in milliseconds */
export function createLogThrottle(now: () => number = () => performance.now()): LogThrottle {
  const last = new Map<string, number>();
  return {
    allows(name) {
      const before = last.get(name);
      // Put at the end again, so that the first one is the longest quiet.
      last.delete(name);
      last.set(name, now());
      const [longestQuiet] = last.keys();
      if (last.size > MAX_NAMES && longestQuiet !== undefined) last.delete(longestQuiet);
      return before === undefined || now() - before >= QUIET_MS;
    },
  };
}
