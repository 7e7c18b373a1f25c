import type { Redis } from '@chatlane/redis';
import type { Worker } from 'bullmq';

/**
 * Ends a BullMQ worker; by force while Redis is away. It would wait for its blocking connection to end,
 * and ioredis never says so of one that is about to reconnect: it would hang, also when Redis is back.
 */
export async function closeWorker(worker: Worker, redis: Redis): Promise<void> {
  await worker.close(redis.status !== 'ready');
}
