import type { Context } from './context.js';
import { collectOrphanScript, orphansScript } from './scripts.js';

/** How many objects are examined at a time. */
const AT_ONCE = 50;
/** How long an object that could not be deleted is skipped, so that it does not block the others. */
const AGAIN_MS = 60_000;

/** Deletes orphaned objects from the storage; one that cannot be deleted is retried later. */
export async function deleteOrphans(context: Context): Promise<void> {
  const { redis, keys, trouble } = context;
  for (;;) {
    const orphans = await orphansScript.run(redis, keys.scope, [AT_ONCE]);
    await Promise.all(
      orphans.map(async (key) => {
        try {
          await deleteObject(context, key);
        } catch (error) {
          trouble('delete', error);
          await redis.zadd(keys.orphaned, 'XX', Date.now() + AGAIN_MS, key);
        }
      }),
    );
    if (orphans.length < AT_ONCE) return;
  }
}

/** Deletes the remaining objects of a user's forgotten files. @throws when the storage or Redis fails */
export async function deleteUnsettled(context: Context, userId: number): Promise<void> {
  const { redis, keys } = context;
  const unsettled = keys.unsettled(userId);
  for (const key of await redis.smembers(unsettled)) {
    await deleteObject(context, key);
    await redis.srem(unsettled, key);
  }
}

/** Deletes an object, unless it is referenced or about to be put. */
async function deleteObject({ redis, keys, storage }: Context, key: string): Promise<void> {
  if ((await collectOrphanScript.run(redis, keys.scope, [key])) !== 'orphaned') return;
  await storage.delete(key);
  await redis.zrem(keys.orphaned, key);
}
