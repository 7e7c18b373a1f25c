import type { Redis } from '@chatlane/redis';
import { deploymentKeys } from './keys.js';

/**
 * Whether Redis has memory for a write. At its `maxmemory` it refuses every command that may need memory, including
 * those of a worker's start. On a cluster this checks the node that has the keys of the deployment as a whole.
 */
export async function hasFreeMemory(redis: Redis, name: string): Promise<boolean> {
  try {
    // Writes nothing, but is refused like a command that does.
    await redis.setrange(deploymentKeys(name).probe, 0, '');
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('OOM')) return false;
    throw error;
  }
}
