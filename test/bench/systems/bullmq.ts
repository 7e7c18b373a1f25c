import { Queue, Worker, type Processor } from 'bullmq';
import { Redis } from 'ioredis';
import type { ParsedUpdate } from '../updates.js';
import { redisSession } from './redis-session.js';
import type { BenchHandler, CreateSystem } from './system.js';

/** Plain BullMQ: one job per update, `concurrency` handlers, no ordering. */
export const bullmq = bullmqSystem(
  'bullmq',
  (redis, handler) =>
    ({ data }) =>
      handler(data, redisSession(redis, data.message.chat.id)),
);

/** One job per update; `processorOf` returns the function that processes it. */
export function bullmqSystem(
  name: string,
  processorOf: (redis: Redis, handler: BenchHandler) => Processor<ParsedUpdate>,
): CreateSystem {
  return async ({ redisUrl, turns }) => {
    const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
    const queue = new Queue<ParsedUpdate>('updates', { connection: redis });
    await queue.waitUntilReady();
    let worker: Worker<ParsedUpdate> | undefined;
    return {
      name,
      async add({ body }) {
        const update = JSON.parse(body.toString()) as ParsedUpdate;
        await queue.add('update', update, { removeOnComplete: true, removeOnFail: true });
      },
      async start(handler) {
        worker = new Worker<ParsedUpdate>('updates', processorOf(redis, handler), {
          connection: redis,
          concurrency: turns,
        });
        worker.on('error', () => undefined);
        await worker.waitUntilReady();
      },
      async stop() {
        await worker?.close();
        await queue.close();
        redis.disconnect();
      },
    };
  };
}
