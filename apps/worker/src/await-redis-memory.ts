import { hasRoom } from '@chatlane/lanes';
import type { Redis } from '@chatlane/redis';
import { sleep, type Logger } from '@chatlane/runtime';

const LOOK_EVERY_MS = 1_000;
const TELL_EVERY_LOOKS = 60;

/** What the wait needs to know. */
export interface AwaitRedisMemoryOptions {
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  logger: Pick<Logger, 'error'>;
  signal: AbortSignal;
}

/**
 * Waits for a Redis that has no memory left: it refuses what a worker writes at its start, and starting
 * again and again does not help. Tells so at once, and every minute.
 */
export async function awaitRedisMemory({
  redis,
  name,
  logger,
  signal,
}: AwaitRedisMemoryOptions): Promise<void> {
  for (let looks = 0; !(await hasRoom(redis, name)); looks += 1) {
    if (looks % TELL_EVERY_LOOKS === 0) {
      logger.error(
        {
          remedy:
            'raise it: redis-cli CONFIG SET maxmemory <bytes> (and in redis.conf); ' +
            'chatlane-ops doctor shows how full each node is, lanes list where mail piles up',
        },
        'Redis is out of memory (maxmemory): the worker waits with its start',
      );
    }
    await sleep(LOOK_EVERY_MS, signal);
  }
}
