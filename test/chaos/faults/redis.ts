import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';
import { onServer, withoutMemory } from './on-a-server.js';

/** A server that can be taken down, and comes back on its port with its data. */
export interface ChaosServer {
  port: number;
  /** SIGKILL, or SIGTERM for an orderly end. */
  takeDown(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
}

export function redisFaults({ port, takeDown }: ChaosServer): Fault[] {
  return [
    {
      name: 'redis-killed',
      weight: 3,
      alone: 'redis',
      strike: (target, random) =>
        target.trouble('Redis is killed', () => takeDown('SIGKILL', random.between(0, 2_000))),
    },
    {
      name: 'redis-restarted',
      weight: 3,
      alone: 'redis',
      strike: (target, random) =>
        target.trouble('Redis is restarted', () => takeDown('SIGTERM', random.between(0, 1_000))),
    },
    {
      name: 'redis-out-of-memory',
      weight: 3,
      alone: 'redis',
      strike: (target, random) =>
        target.trouble('Redis is out of memory', () =>
          withoutMemory(port, () => sleep(random.between(1_000, 4_000))),
        ),
    },
    {
      name: 'redis-paused',
      weight: 2,
      alone: 'redis',
      strike: (target) =>
        target.trouble('Redis is paused', async () => {
          await onServer(port, (redis) => redis.client('PAUSE', target.pauseMs, 'ALL'));
          await sleep(target.pauseMs);
        }),
    },
  ];
}
