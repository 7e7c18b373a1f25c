import type { Context } from './context.js';
import { condemnScript, doomedScript } from './scripts.js';

/** Objects looked at in one go. */
const AT_ONCE = 50;

/** Deletes the objects in the storage that nobody has any more. @throws when the storage or Redis does not obey */
export async function clearDoomed(context: Context): Promise<void> {
  const { redis, keys, storage } = context;
  for (;;) {
    const doomed = await doomedScript.run(redis, keys.scope, [AT_ONCE]);
    await Promise.all(
      doomed.map(async (key) => {
        if ((await condemnScript.run(redis, keys.scope, [key])) !== 'condemned') return;
        await storage.delete(key);
        await redis.zrem(keys.doomed, key);
      }),
    );
    if (doomed.length < AT_ONCE) return;
  }
}
