import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../harness/clock.js';
import type { Fault } from './fault.js';
import { onServer, withoutCommand, withoutMemory } from './on-a-server.js';

/** A server that can be taken down and restarted on its port with its data. */
export interface ChaosServer {
  port(): number;
  /** SIGKILL, or SIGTERM for an orderly end. */
  takeDown(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
  /** SIGKILL in the middle of a commit, after a time without replies; `share`, from 0 to 1, chooses the commit. */
  killInAWrite(silenceMs: number, share: number): Promise<void>;
  /** Another server replaces it; from then on it refuses writes, but closes no connection. */
  handOver(): Promise<void>;
}

/** How long to wait at most, in milliseconds, for a worker to repair the append-only file after a kill. */
const REPAIR_MS = 3_000;

/** Waits until a worker has had the append-only file rewritten, or has had enough time to. */
async function untilRepaired(port: number): Promise<void> {
  await onServer(port, async (redis) => {
    for (const until = monotonicMs() + REPAIR_MS; monotonicMs() < until; await sleep(50)) {
      const info = await redis.info('persistence');
      if (/in_progress:0[^]*aof_rewrites:[1-9]/.test(info)) return;
    }
  });
}

/** Push scripts run these commands after their first write, commit scripts only after their last one. */
const COMMANDS = ['publish', 'zadd', 'rpush', 'linsert'] as const;

export function redisFaults(server: ChaosServer): Fault[] {
  const takenDown = (
    name: string,
    trouble: string,
    signal: 'SIGKILL' | 'SIGTERM',
    longestMs: number,
  ): Fault => ({
    name,
    weight: 3,
    alone: 'redis',
    strike: (target, random) =>
      target.trouble(trouble, () => server.takeDown(signal, random.between(0, longestMs))),
  });
  return [
    takenDown('redis-killed', 'Redis is killed', 'SIGKILL', 2_000),
    {
      // Killed twice: a commit that the first kill left half-written shows only after the second one, in lanes that
      // still have mail.
      name: 'redis-killed-in-a-write',
      weight: 3,
      alone: 'redis',
      async strike(target, random) {
        const [silenceMs, share] = [random.between(100, 500), random.next()];
        const untilSecondMs = target.leaseMs + random.between(500, 2_500);
        await target.trouble('Redis is killed in a write', async () => {
          await server.killInAWrite(silenceMs, share);
          await untilRepaired(server.port());
          await sleep(untilSecondMs);
          await server.takeDown('SIGKILL', 0);
        });
      },
    },
    takenDown('redis-restarted', 'Redis is restarted', 'SIGTERM', 1_000),
    {
      name: 'redis-out-of-memory',
      weight: 3,
      alone: 'redis',
      strike: (target, random) =>
        target.trouble('Redis is out of memory', () =>
          withoutMemory(server.port(), () => sleep(random.between(1_000, 4_000))),
        ),
    },
    {
      name: 'redis-paused',
      weight: 2,
      alone: 'redis',
      strike: (target) =>
        target.trouble('Redis is paused', async () => {
          await onServer(server.port(), (redis) => redis.client('PAUSE', target.pauseMs, 'ALL'));
          await sleep(target.pauseMs);
        }),
    },
    {
      name: 'redis-handed-over',
      weight: 2,
      alone: 'redis',
      strike: (target) => target.trouble('Redis is handed over', () => server.handOver()),
    },
    {
      name: 'command-refused',
      weight: 2,
      alone: 'redis',
      async strike(target, random) {
        const command = random.pick(COMMANDS);
        const forMs = random.between(500, 2_500);
        await target.trouble('Redis refuses a command', () =>
          withoutCommand(server.port(), command, () => sleep(forMs)),
        );
      },
    },
  ];
}
