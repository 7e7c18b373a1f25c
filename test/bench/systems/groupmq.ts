import { Queue, Worker } from 'groupmq';
import { Redis } from 'ioredis';
import type { ParsedUpdate } from '../updates.js';
import { redisSession } from './redis-session.js';
import type { CreateSystem } from './system.js';

/** groupmq: one ordered group per chat, `concurrency` groups in parallel. */
export const groupmq: CreateSystem = ({ redisUrl, turns }) => {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<ParsedUpdate>({ redis, namespace: 'updates' });
  let worker: Worker<ParsedUpdate> | undefined;
  return Promise.resolve({
    name: 'groupmq',
    async add({ body, chat }) {
      const data = JSON.parse(body.toString()) as ParsedUpdate;
      await queue.add({ groupId: String(chat), data });
    },
    start(handler) {
      worker = new Worker<ParsedUpdate>({
        queue,
        concurrency: turns,
        handler: ({ data }) => handler(data, redisSession(redis, data.message.chat.id)),
      });
      void worker.run();
      return Promise.resolve();
    },
    async stop() {
      await worker?.close(1_000);
      await queue.close();
      redis.disconnect();
    },
  });
};
