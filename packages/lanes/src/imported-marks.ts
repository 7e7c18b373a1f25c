import { isCluster, type Redis } from '@chatlane/redis';
import { deploymentKeys, partitionKeys } from './keys.js';

/** Windows of update_ids whose absence is kept in mind. */
const KEPT_WINDOWS = 1_000;

/** What was stored while the deployment's data was on one Redis, before it was imported into a cluster. */
export interface ImportedMarks {
  hasUpdate(updateId: number): Promise<boolean>;
  hasEvent(eventId: string): Promise<boolean>;
}

/**
 * One Redis keeps the marks of what was stored together, a cluster beside each lane. The few marks that an import brings
 * along are asked for by themselves, until they expire; nothing writes to them any more. Undefined on one Redis.
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
        if (absent.size >= KEPT_WINDOWS) absent.clear();
        absent.add(bitmap);
      }
      return false;
    },
    hasEvent: async (eventId) => (await redis.exists(keys.once(eventId))) === 1,
  };
}
