import type { History } from './history.js';

/** A failover between two times may have taken back what lay before it: then it runs again, in order. */
export function takenBack(
  { losesWrites, troubles }: History,
  after: number,
  before: number,
): boolean {
  return (
    losesWrites &&
    troubles.some(({ from, to, pid }) => pid === undefined && from <= before && to >= after)
  );
}
