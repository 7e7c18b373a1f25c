import { isCluster, type Redis } from '@chatlane/redis';
import { deploymentKeys, partitionKeys } from '../keys.js';

/** How many bitmaps are cached as missing. */
const MAX_CACHED_WINDOWS = 1_000;

/**
 * Marks of events that were stored while the deployment was on a single Redis, before it was imported into a cluster.
 */
export interface ImportedMarks {
  hasUpdate(updateId: number): Promise<boolean>;
  hasEvent(eventId: string): Promise<boolean>;
}

/**
 * A single Redis has one set of seen marks for all lanes, a cluster has one per partition. After an import into a
 * cluster, the old marks are checked as well until they expire; nothing adds to them. Undefined on a single Redis.
 */
export function createImportedMarks(redis: Redis, name: string): ImportedMarks | undefined {
  if (!isCluster(redis)) return undefined;
  const keys = partitionKeys(name, 0, deploymentKeys(name).prefix);
  const absent = new Set<string>();
  return {
    async hasUpdate(updateId) {
      const bitmap = keys.seen(updateId);
      if (absent.has(bitmap)) return false;
      if ((await redis.getbit(bitmap, updateId & 0xffff)) === 1) return true;
      if ((await redis.exists(bitmap)) === 0) {
        if (absent.size >= MAX_CACHED_WINDOWS) absent.clear();
        absent.add(bitmap);
      }
      return false;
    },
    hasEvent: async (eventId) => (await redis.exists(keys.once(eventId))) === 1,
  };
}
