import { lastConnectionError, type Redis } from './connect.js';

/**
 * Why Redis does not accept writes at the moment; undefined when it does. Checks with a write that changes nothing,
 * which also detects a replica, a full disk and too few replicas. On a cluster this checks the master of the key.
 *
 * @param redis a `fail-fast` connection
 * @param probe a key that does not exist
 */
export async function whyNoWrites(redis: Redis, probe: string): Promise<Error | undefined> {
  try {
    await redis.del(probe);
    return undefined;
  } catch (error) {
    return lastConnectionError(redis) ?? (error as Error);
  }
}

/**
 * Whether Redis has memory for a write. At its `maxmemory` it refuses every command that may need memory, including
 * those that a worker sends when it starts. On a cluster this checks the node that has the key.
 *
 * @param probe a key that does not exist
 * @throws any error other than the one of a full memory
 */
export async function hasFreeMemory(redis: Redis, probe: string): Promise<boolean> {
  try {
    // Writes nothing, but is refused like a command that does.
    await redis.setrange(probe, 0, '');
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('OOM')) return false;
    throw error;
  }
}
