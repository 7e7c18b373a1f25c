import type { Redis } from './connect.js';

/** The server's clock, in whole milliseconds. On a cluster, the clock of any master. */
export async function serverTime(redis: Pick<Redis, 'time'>): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
