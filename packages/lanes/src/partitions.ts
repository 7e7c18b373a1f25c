import { isCluster, type Redis } from '@chatlane/redis';
import { deploymentKeys, partitionKeys, type PartitionKeys } from './keys.js';

/**
 * The number of hash tags that lanes are distributed over. The same on a single Redis and on a cluster, so that Redis's
 * own tools can move a deployment from one to the other. Must never change: the hash of a lane modulo this number
 * determines its keys.
 */
export const PARTITIONS = 64;

/** Maps lanes to their keys. */
export interface Partitions {
  readonly name: string;
  readonly all: readonly PartitionKeys[];
  readonly of: (lane: string) => PartitionKeys;
}

/** On a cluster a script may only use keys of one slot; on a single Redis it may serve all partitions. */
export function createPartitions(redis: Redis, name: string): Partitions {
  const { prefix } = deploymentKeys(name);
  const sharedPrefix = isCluster(redis) ? undefined : prefix;
  const all = Array.from({ length: PARTITIONS }, (_, index) =>
    partitionKeys(name, index, sharedPrefix),
  );
  return { name, all, of: (lane) => all[partitionOf(lane)]! };
}

/**
 * The prefix of all keys of a lane, for inspecting them directly in Redis.
 *
 * @example
 * await redis.llen(`${lanePrefix('chatlane', 'c:42')}:mail:c:42`);
 */
export function lanePrefix(name: string, lane: string): string {
  return partitionKeys(name, partitionOf(lane)).prefix;
}

/** Groups items so that one script call can serve all the lanes of a group. */
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
