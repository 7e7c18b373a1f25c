import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { ParsedUpdate } from '../updates.js';
import { redisSession } from './redis-session.js';
import type { CreateSystem } from './system.js';

/** Plain BullMQ: a job per update, `concurrency` handlers, no order. */
export const bullmq: CreateSystem = async ({ redisUrl, turns }) => {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<ParsedUpdate>('updates', { connection: redis });
  await queue.waitUntilReady();
  let worker: Worker<ParsedUpdate> | undefined;
  return {
    name: 'bullmq',
    async add({ body }) {
      const update = JSON.parse(body.toString()) as ParsedUpdate;
      await queue.add('update', update, { removeOnComplete: true, removeOnFail: true });
    },
    async start(handler) {
      worker = new Worker<ParsedUpdate>(
        'updates',
        ({ data }) => handler(data, redisSession(redis, data.message.chat.id)),
        { connection: redis, concurrency: turns },
      );
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
