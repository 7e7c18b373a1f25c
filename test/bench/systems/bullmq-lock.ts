import { randomUUID } from 'node:crypto';
import { DelayedError, Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import type { ParsedUpdate } from '../updates.js';
import { redisSession } from './redis-session.js';
import type { BenchHandler, CreateSystem } from './system.js';

/** A job that finds its chat taken comes again after this. */
const RETRY_MS = 50;
const LOCK_MS = 30_000;
const UNLOCK =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end";

/** BullMQ with the usual remedy: a lock per chat, and a job that finds it taken is delayed. */
export const bullmqLock: CreateSystem = async ({ redisUrl, turns }) => {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<ParsedUpdate>('updates', { connection: redis });
  await queue.waitUntilReady();
  let worker: Worker<ParsedUpdate> | undefined;

  async function underLock(handler: BenchHandler, job: Job<ParsedUpdate>, token?: string) {
    const chat = job.data.message.chat.id;
    const [key, owner] = [`lock:${chat}`, randomUUID()];
    if (!(await redis.set(key, owner, 'PX', LOCK_MS, 'NX'))) {
      await job.moveToDelayed(Date.now() + RETRY_MS, token);
      throw new DelayedError();
    }
    try {
      await handler(job.data, redisSession(redis, chat));
    } finally {
      await redis.eval(UNLOCK, 1, key, owner);
    }
  }

  return {
    name: 'bullmq-lock',
    async add({ body }) {
      const update = JSON.parse(body.toString()) as ParsedUpdate;
      await queue.add('update', update, { removeOnComplete: true, removeOnFail: true });
    },
    async start(handler) {
      worker = new Worker<ParsedUpdate>('updates', (job, token) => underLock(handler, job, token), {
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
