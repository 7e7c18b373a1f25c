/** An episode is over when it was not told of for so long. */
const QUIET_MS = 60_000;

/** The most episodes remembered at a time. */
const REMEMBERED = 1_000;

/** Tells the first of many like events, so that it can be logged once. */
export interface Episodes {
  /** Whether this event begins an episode: there was no other of that name within the last minute. */
  begins: (name: string) => boolean;
}

/** @param now a clock in milliseconds */
export function createEpisodes(now: () => number = () => performance.now()): Episodes {
  const last = new Map<string, number>();
  return {
    begins(name) {
      const before = last.get(name);
      // Put at the end again, so that the first one is the longest quiet.
      last.delete(name);
      last.set(name, now());
      const [longestQuiet] = last.keys();
      if (last.size > REMEMBERED && longestQuiet !== undefined) last.delete(longestQuiet);
      return before === undefined || now() - before >= QUIET_MS;
    },
  };
}
