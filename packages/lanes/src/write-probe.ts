import { lastConnectionError, type Redis } from '@chatlane/redis';
import { deploymentKeys } from './keys.js';

/**
 * Why Redis does not accept writes at the moment; undefined when it does. Checks with a write that changes nothing,
 * which also detects a replica, a full disk and too few replicas. On a cluster this checks one master.
 *
 * @param redis a `fail-fast` connection
 */
export async function whyNoWrites(redis: Redis, name: string): Promise<Error | undefined> {
  try {
    await redis.del(deploymentKeys(name).probe);
    return undefined;
  } catch (error) {
    return lastConnectionError(redis) ?? (error as Error);
  }
}
