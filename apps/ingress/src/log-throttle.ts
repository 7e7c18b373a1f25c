/** An event is logged again only after it has not occurred for this long. */
const QUIET_MS = 60_000;

/** The highest number of names to remember. */
const MAX_NAMES = 1_000;

/** Limits how often repeated events are logged. */
export interface LogThrottle {
  /** Whether to log this event: true if none of that name occurred within the last minute. */
  allows: (name: string) => boolean;
}

/** @param now a clock in milliseconds. Default: `performance.now` */
export function createLogThrottle(now: () => number = () => performance.now()): LogThrottle {
  const last = new Map<string, number>();
  return {
    allows(name) {
      const before = last.get(name);
      // Moves the name to the end, so that the first name is always the least recently seen.
      last.delete(name);
      last.set(name, now());
      const [oldest] = last.keys();
      if (last.size > MAX_NAMES && oldest !== undefined) last.delete(oldest);
      return before === undefined || now() - before >= QUIET_MS;
    },
  };
}
