import { partitionKeys, type PartitionKeys } from './keys.js';

/** The deployment's partitions: which one a lane is in, and its key names. */
export interface Partitions {
  readonly name: string;
  readonly all: readonly PartitionKeys[];
  of(lane: string): PartitionKeys;
}

/** `count` is fixed for the life of a deployment: a lane's mail is found by its hash modulo the count. */
export function createPartitions(name: string, count = 1): Partitions {
  const all = Array.from({ length: count }, (_, index) => partitionKeys(name, index));
  return {
    name,
    all,
    of: (lane) => all[count === 1 ? 0 : fnv1a(lane) % count]!,
  };
}

/** FNV-1a, 32 bits: stable across processes, versions and machines. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
