import type { Context } from './context.js';
import { condemnScript, doomedScript } from './scripts.js';

/** Objects looked at in one go. */
const AT_ONCE = 50;
/** An object that could not be deleted stands in the way of no other one for so long. */
const AGAIN_MS = 60_000;

/** Deletes the objects in the storage that nobody has any more; one that cannot be deleted is tried again later. */
export async function clearDoomed(context: Context): Promise<void> {
  const { redis, keys, trouble } = context;
  for (;;) {
    const doomed = await doomedScript.run(redis, keys.scope, [AT_ONCE]);
    await Promise.all(
      doomed.map(async (key) => {
        try {
          await deleteObject(context, key);
        } catch (error) {
          trouble('delete', error);
          await redis.zadd(keys.doomed, 'XX', Date.now() + AGAIN_MS, key);
        }
      }),
    );
    if (doomed.length < AT_ONCE) return;
  }
}

/** Deletes what is left in the storage of a user's forgotten files. @throws when the storage or Redis does not obey */
export async function deleteUnsettled(context: Context, userId: number): Promise<void> {
  const { redis, keys } = context;
  const unsettled = keys.unsettled(userId);
  for (const key of await redis.smembers(unsettled)) {
    await deleteObject(context, key);
    await redis.srem(unsettled, key);
  }
}

/** Unless somebody has it, or is about to put it. */
async function deleteObject({ redis, keys, storage }: Context, key: string): Promise<void> {
  if ((await condemnScript.run(redis, keys.scope, [key])) !== 'condemned') return;
  await storage.delete(key);
  await redis.zrem(keys.doomed, key);
}
