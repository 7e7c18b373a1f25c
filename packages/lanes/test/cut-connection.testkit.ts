import type { Redis } from '@chatlane/redis';

const WRITES = new Set(['restore', 'del', 'zadd', 'zrem', 'set', 'hset', 'hdel']);

/** A connection that fails after this many writes. */
export function cutAfter(redis: Redis, writes: number): Redis {
  let left = writes;
  return new Proxy(redis, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      if (WRITES.has(String(property)) && (left -= 1) < 0) throw new Error('connection cut');
      return value.bind(target) as unknown;
    },
  });
}
