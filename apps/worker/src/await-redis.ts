import type { Redis } from '@chatlane/redis';

/** Long enough for a Redis that starts beside the worker. */
const WAIT_MS = 10_000;

/** @throws Error naming REDIS_URL when Redis does not answer */
export async function awaitRedis(redis: Redis): Promise<void> {
  let last: Error | undefined;
  const remember = (error: Error): void => void (last = error);
  redis.on('error', remember);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error('Redis does not answer: check REDIS_URL.', { cause: last })),
      WAIT_MS,
    );
  });
  try {
    await Promise.race([redis.ping(), late]);
  } finally {
    clearTimeout(timer);
    redis.off('error', remember);
  }
}
