import { isCluster, type Redis } from '@chatlane/redis';
import { deploymentKeys, partitionKeys, type PartitionKeys } from './keys.js';

/**
 * The hash tags that the lanes of every deployment are split over, on one Redis as on a cluster, so that Redis itself can
 * move a deployment from the one to the other. Never changed: a lane's keys are found by its hash modulo the count.
 */
export const PARTITIONS = 64;

/** Where each lane's keys are. */
export interface Partitions {
  readonly name: string;
  readonly all: readonly PartitionKeys[];
  readonly of: (lane: string) => PartitionKeys;
}

/** A cluster takes a script for one slot at a time; one Redis takes it for all partitions together. */
export function createPartitions(redis: Redis, name: string): Partitions {
  const { prefix } = deploymentKeys(name);
  const together = isCluster(redis) ? undefined : prefix;
  const all = Array.from({ length: PARTITIONS }, (_, index) =>
    partitionKeys(name, index, together),
  );
  return { name, all, of: (lane) => all[partitionOf(lane)]! };
}

/**
 * The beginning of all keys of a lane, for those who look at them by hand.
 *
 * @example
 * await redis.llen(`${lanePrefix('chatlane', 'c:42')}:mail:c:42`);
 */
export function lanePrefix(name: string, lane: string): string {
  return partitionKeys(name, partitionOf(lane)).prefix;
}

/** Groups what belongs to lanes by what one script call may serve. */
export function groupByScope<Item>(
  items: Iterable<Item>,
  keysOf: (item: Item) => PartitionKeys,
): Map<PartitionKeys['scope'], Item[]> {
  const groups = new Map<PartitionKeys['scope'], Item[]>();
  for (const item of items) {
    const { scope } = keysOf(item);
    const group = groups.get(scope);
    if (group) group.push(item);
    else groups.set(scope, [item]);
  }
  return groups;
}

/** FNV-1a, 32 bits: stable across processes, versions and machines. */
function partitionOf(lane: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < lane.length; index += 1) {
    hash = Math.imul(hash ^ lane.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % PARTITIONS;
}
