import { randomUUID } from 'node:crypto';
import { DelayedError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ParsedUpdate } from '../updates.js';
import { bullmqSystem } from './bullmq.js';
import { redisSession } from './redis-session.js';
import type { BenchHandler } from './system.js';

/** Milliseconds after which a job whose chat is locked is retried. */
const RETRY_MS = 50;
const LOCK_MS = 30_000;
const UNLOCK =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end";

/** BullMQ with the usual workaround: a lock per chat, and jobs of a locked chat are delayed. */
export const bullmqLock = bullmqSystem(
  'bullmq-lock',
  (redis, handler) => (job, token) => underLock(redis, handler, job, token),
);

async function underLock(
  redis: Redis,
  handler: BenchHandler,
  job: Job<ParsedUpdate>,
  token?: string,
): Promise<void> {
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
