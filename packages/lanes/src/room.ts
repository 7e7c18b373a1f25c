import type { Redis } from '@chatlane/redis';
import { deploymentKeys } from './keys.js';

/**
 * Whether Redis has memory for a write: at its `maxmemory` it refuses all that could need some, those of a
 * worker's start among them. On a cluster: the node that keeps what belongs to the whole deployment.
 */
export async function hasRoom(redis: Redis, name: string): Promise<boolean> {
  try {
    // Writes nothing, and is refused all the same.
    await redis.setrange(deploymentKeys(name).probe, 0, '');
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('OOM')) return false;
    throw error;
  }
}
