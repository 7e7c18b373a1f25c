/** How many of the newest results count, and how many there must be before the share means anything. */
const NEWEST = 500;
const LEAST = 50;

/** The share of errors among the newest messages of a run. Blocked and opted-out recipients do not count. */
export interface ErrorShare {
  /** @param why undefined for a message that was sent */
  add(why: string | undefined): void;
  /** A sentence that explains why the broadcast should pause; undefined while the share is below `max`. */
  tooHigh(max: number): string | undefined;
}

export function createErrorShare(): ErrorShare {
  const newest: (string | undefined)[] = [];
  const counts = new Map<string, number>();
  let errors = 0;

  function count(why: string | undefined, by: 1 | -1): void {
    if (why === undefined) return;
    errors += by;
    const left = (counts.get(why) ?? 0) + by;
    if (left === 0) counts.delete(why);
    else counts.set(why, left);
  }

  return {
    add(why) {
      newest.push(why);
      count(why, 1);
      if (newest.length > NEWEST) count(newest.shift(), -1);
    },
    tooHigh(max) {
      if (newest.length < LEAST || errors / newest.length <= max) return undefined;
      const [most = ''] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
      const percent = Math.round((errors / newest.length) * 100);
      return `${percent} % of the last ${newest.length} messages failed, most of them with: ${most}`;
    },
  };
}
