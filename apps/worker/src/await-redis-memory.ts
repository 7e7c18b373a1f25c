import type { Deployment } from '@chatlane/lanes';
import { sleep, type Logger } from '@chatlane/runtime';

const CHECK_INTERVAL_MS = 1_000;
const LOG_EVERY_CHECKS = 60;

/** Options of `awaitRedisMemory`. */
export interface AwaitRedisMemoryOptions {
  deployment: Pick<Deployment, 'hasFreeMemory'>;
  logger: Pick<Logger, 'error'>;
  signal: AbortSignal;
}

/**
 * Waits until Redis has free memory. A full Redis rejects the writes of a starting worker, and restarting in a loop
 * would not help. Logs an error at once, and then every minute.
 */
export async function awaitRedisMemory({
  deployment,
  logger,
  signal,
}: AwaitRedisMemoryOptions): Promise<void> {
  for (let checks = 0; !(await deployment.hasFreeMemory()); checks += 1) {
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
