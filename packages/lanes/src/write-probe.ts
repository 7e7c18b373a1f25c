import { lastConnectionError, type Redis } from '@chatlane/redis';
import { deploymentKeys } from './keys.js';

/**
 * Why Redis takes no writes now; undefined when it takes them. Asks with a write that changes nothing, so that a replica,
 * a server whose disk is full and one without enough replicas show too. Of a cluster, one master is asked.
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
