import { connectRedis } from '@chatlane/redis';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { createOrderCheck } from './order-check.js';
import { readSpent } from './redis-meter.js';
import { watchTraffic } from './redis-traffic.js';
import type { BenchHandler, CreateSystem, System } from './systems/system.js';
import type { BenchUpdate } from './updates.js';

/** Concurrent handlers in every system. */
const TURNS = 50;

/** Concurrent posts: the maximum of Telegram's max_connections. */
const POSTS_AT_ONCE = 100;

export interface QueueFigures {
  addPerSecond: number;
  processPerSecond: number;
  redisMicrosPerUpdate: number;
  /** CPU of the process that adds and handles, including the bench itself. */
  nodeMicrosPerUpdate: number;
  redisCommandsPerUpdate: number;
  orderViolations: number;
}

/** Adds all updates of a load, then starts a worker that handles them. Each run has its own Redis. */
export async function measureQueue(
  create: CreateSystem,
  updates: readonly BenchUpdate[],
): Promise<QueueFigures> {
  return withSystem(create, async (system, server) => {
    const redis = connectRedis({ url: server.url, name: 'meter', whenDown: 'wait' });
    const before = await readSpent(redis);
    const nodeBefore = process.cpuUsage();
    const addStarted = performance.now();
    await addAll(system, updates);
    const addMs = performance.now() - addStarted;

    const order = createOrderCheck();
    let firstAt = 0;
    await handleAll(system, updates.length, {
      began(chat, id) {
        firstAt ||= performance.now();
        order.began(chat, id);
      },
      ended: (chat) => order.ended(chat),
    });
    const processMs = performance.now() - firstAt;
    const node = process.cpuUsage(nodeBefore);
    // `stop` waits for the work that follows the last handler.
    await system.stop();
    const after = await readSpent(redis);
    redis.disconnect();
    const count = updates.length;
    return {
      addPerSecond: (1_000 * count) / addMs,
      processPerSecond: (1_000 * count) / processMs,
      redisMicrosPerUpdate: (after.cpuMicros - before.cpuMicros) / count,
      nodeMicrosPerUpdate: (node.user + node.system) / count,
      redisCommandsPerUpdate: (after.commands - before.commands - 1) / count,
      orderViolations: order.violations,
    };
  });
}

/** The commands (round trips) of clients per update. Measured in a separate run, because MONITOR slows Redis down. */
export async function countRoundTrips(
  create: CreateSystem,
  updates: readonly BenchUpdate[],
): Promise<number> {
  return withSystem(create, async (system, server) => {
    const redis = connectRedis({ url: server.url, name: 'monitor', whenDown: 'wait' });
    const watch = await watchTraffic(redis, server.port);
    await addAll(system, updates);
    await handleAll(system, updates.length);
    await system.stop();
    const { sent } = await watch.stop();
    redis.disconnect();
    return [...sent.values()].reduce((sum, count) => sum + count, 0) / updates.length;
  });
}

/** Runs `use` with a system on its own Redis, then stops both. */
export async function withSystem<T>(
  create: CreateSystem,
  use: (system: System, server: RedisServer) => Promise<T>,
  turns = TURNS,
): Promise<T> {
  const server = await startRedisServer();
  const system = await create({ redisUrl: server.url, turns });
  try {
    return await use(system, server);
  } finally {
    await server.stop();
  }
}

export async function addAll(system: System, updates: readonly BenchUpdate[]): Promise<void> {
  let next = 0;
  const poster = async (): Promise<void> => {
    for (let update = updates[next++]; update; update = updates[next++]) await system.add(update);
  };
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, poster));
}

/** Starts the worker with a handler that reads and writes the chat's session; resolves when all updates are handled. */
async function handleAll(
  system: System,
  count: number,
  order?: { began(chat: number, id: number): void; ended(chat: number): void },
): Promise<void> {
  let handled = 0;
  let done: () => void;
  const all = new Promise<void>((resolve) => (done = resolve));
  await system.start(
    sessionHandler(async (chat, id, turn) => {
      order?.began(chat, id);
      await turn();
      order?.ended(chat);
      if ((handled += 1) === count) done();
    }),
  );
  await all;
}

/** Handles updates with a session of typical size: a few settings and the position in a conversation. */
export function sessionHandler(
  around: (chat: number, id: number, turn: () => Promise<void>) => Promise<void>,
): BenchHandler {
  return (update, session) =>
    around(update.message.chat.id, update.update_id, async () => {
      const json = (await session.read()) ?? FRESH_SESSION;
      const state = JSON.parse(json) as { count: number; last: number };
      state.count += 1;
      state.last = update.update_id;
      await session.write(JSON.stringify(state));
    });
}

/** The initial session of a chat. */
export const FRESH_SESSION = JSON.stringify({
  count: 0,
  last: 0,
  language: 'en',
  scene: { name: 'order', step: 2, answers: { city: 'Lisbon', size: 'M', note: 'ring twice' } },
  settings: { notifications: true, theme: 'dark', timezone: 'Europe/Lisbon' },
});
