import type { History } from './history.js';

/** Whether a failover between the two times may have rolled back earlier writes; those updates then run again, in order. */
export function rolledBack(
  { losesWrites, troubles }: History,
  after: number,
  before: number,
): boolean {
  return (
    losesWrites &&
    troubles.some(({ from, to, pid }) => pid === undefined && from <= before && to >= after)
  );
}
