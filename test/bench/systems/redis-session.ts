import type { Redis } from 'ioredis';
import type { BenchSession } from './system.js';

/** A session in the usual form: GET before the handler, SET after it. */
export function redisSession(redis: Redis, chat: number): BenchSession {
  return new RedisSession(redis, `session:${chat}:${chat}`);
}

class RedisSession implements BenchSession {
  constructor(
    private readonly redis: Redis,
    private readonly key: string,
  ) {}

  async read(): Promise<string | undefined> {
    return (await this.redis.get(this.key)) ?? undefined;
  }

  async write(json: string): Promise<void> {
    await this.redis.set(this.key, json);
  }
}
