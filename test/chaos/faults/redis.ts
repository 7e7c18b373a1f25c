import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';

export const redisFaults: readonly Fault[] = [
  {
    name: 'redis-killed',
    weight: 3,
    alone: 'redis',
    strike: (target, random) =>
      target.trouble('Redis is killed', () =>
        target.redisServer.takeDown('SIGKILL', random.between(0, 2_000)),
      ),
  },
  {
    name: 'redis-restarted',
    weight: 3,
    alone: 'redis',
    strike: (target, random) =>
      target.trouble('Redis is restarted', () =>
        target.redisServer.takeDown('SIGTERM', random.between(0, 1_000)),
      ),
  },
  {
    name: 'redis-out-of-memory',
    weight: 3,
    alone: 'redis',
    strike: (target, random) =>
      target.trouble('Redis is out of memory', async () => {
        await target.redis.config('SET', 'maxmemory', '1mb');
        await sleep(random.between(1_000, 4_000));
        await target.redis.config('SET', 'maxmemory', '0');
      }),
  },
  {
    name: 'redis-paused',
    weight: 2,
    alone: 'redis',
    strike: (target) =>
      target.trouble('Redis is paused', async () => {
        await target.redis.client('PAUSE', target.pauseMs, 'ALL');
        await sleep(target.pauseMs);
      }),
  },
];
