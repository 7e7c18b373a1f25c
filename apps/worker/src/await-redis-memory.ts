import { hasFreeMemory } from '@chatlane/lanes';
import type { Redis } from '@chatlane/redis';
import { sleep, type Logger } from '@chatlane/runtime';

const CHECK_INTERVAL_MS = 1_000;
const LOG_EVERY_CHECKS = 60;

/** Options of `awaitRedisMemory`. */
export interface AwaitRedisMemoryOptions {
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  logger: Pick<Logger, 'error'>;
  signal: AbortSignal;
}

/**
 * Waits until Redis has free memory. A full Redis rejects the writes of a starting worker, and restarting in a loop
 * would not help. Logs an error at once, and then every minute.
 */
export async function awaitRedisMemory({
  redis,
  name,
  logger,
  signal,
}: AwaitRedisMemoryOptions): Promise<void> {
  for (let checks = 0; !(await hasFreeMemory(redis, name)); checks += 1) {
    if (checks % LOG_EVERY_CHECKS === 0) {
      logger.error(
        {
          remedy:
            'raise it: redis-cli CONFIG SET maxmemory <bytes> (and in redis.conf); ' +
            'chatlane-ops doctor shows the memory of each node, lanes list the longest mailboxes',
        },
        'Redis is out of memory (maxmemory): the worker waits before it starts',
      );
    }
    await sleep(CHECK_INTERVAL_MS, signal);
  }
}
