import { connectRedis, type Redis } from '@chatlane/redis';
import { addAll, FRESH_SESSION, sessionHandler, withSystem } from '../measure-queue.js';
import { until } from '../pace.js';
import { readSpent } from '../redis-meter.js';
import type { Figures, Scenario } from '../result.js';
import { seededRandom } from '../seeded-random.js';
import { chatlane } from '../systems/chatlane.js';
import type { System } from '../systems/system.js';
import { makeUpdate, type BenchUpdate } from '../updates.js';

const FIRST_CHAT = 5_000_000_000;
/** Writes idle chats' sessions where the lanes look for them. */
const POPULATE = `
for chat = ARGV[1], ARGV[2] do
  local id = string.format('%.0f', chat)
  redis.call('SET', '{bench:0}:session:c:' .. id .. ':' .. id, ARGV[3])
end`;

/** Redis CPU per update with few and with many idle chats, and with few and with many lanes that have mail. */
export const growth: Scenario = async ({ quick }) => {
  const [few, many] = quick ? [200, 2_000] : [1_000, 1_000_000];
  const pending = quick ? 500 : 100_000;
  const waves = quick ? { count: 1, size: 100 } : { count: 10, size: 1_000 };
  const systems = [
    { name: `${few} idle chats`, ...(await beside(few, waves)) },
    { name: `${many} idle chats`, ...(await beside(many, waves)) },
    { name: `${pending} pending lanes`, ...(await backlog(pending)) },
  ];
  const micros = systems.map(({ redisMicrosPerUpdate }) => redisMicrosPerUpdate);
  return {
    scenario: 'growth',
    systems: systems satisfies Figures[],
    ratios: [
      {
        what: `Redis CPU per update with ${many} idle chats, over ${few}`,
        value: micros[1]! / micros[0]!,
        goal: { atMost: 1.1 },
      },
      {
        what: `Redis CPU per update with ${pending} pending lanes, over ${few} idle chats`,
        value: micros[2]! / micros[0]!,
      },
    ],
  };
};

/** Waves of updates, each of other chats of the idle ones; a wave is over before the next begins. */
async function beside(
  idle: number,
  { count, size }: { count: number; size: number },
): Promise<Cost> {
  return withSystem(chatlane, async (system, server) => {
    const redis = connectRedis({ url: server.url, name: 'meter', whenDown: 'wait' });
    for (let from = 0; from < idle; from += 20_000) {
      const to = Math.min(idle, from + 20_000) - 1;
      await redis.eval(POPULATE, 0, FIRST_CHAT + from, FIRST_CHAT + to, FRESH_SESSION);
    }
    const random = seededRandom(3);
    let id = 1;
    const wave = (): BenchUpdate[] => {
      const chats = new Set<number>();
      while (chats.size < size) chats.add(FIRST_CHAT + Math.floor(random() * idle));
      return [...chats].map((chat) => makeUpdate((id += 1), chat));
    };
    const handled = await startCounting(system);
    const warm = wave();
    await addAll(system, warm);
    await until(() => handled.count === size);
    const measured = Array.from({ length: count }, wave);
    return costOf(redis, count * size, async () => {
      for (const [index, updates] of measured.entries()) {
        await addAll(system, updates);
        await until(() => handled.count === (index + 2) * size);
      }
      await system.stop();
    });
  });
}

/** As many lanes as updates, all with mail before the first is handled. */
async function backlog(lanes: number): Promise<Cost> {
  return withSystem(chatlane, async (system, server) => {
    const redis = connectRedis({ url: server.url, name: 'meter', whenDown: 'wait' });
    const updates = Array.from({ length: lanes }, (_, index) =>
      makeUpdate(index + 1, FIRST_CHAT + index),
    );
    return costOf(redis, lanes, async () => {
      await addAll(system, updates);
      const handled = await startCounting(system);
      await until(() => handled.count === lanes, 120_000);
      await system.stop();
    });
  });
}

type Cost = { redisMicrosPerUpdate: number; redisCommandsPerUpdate: number };

async function costOf(redis: Redis, updates: number, run: () => Promise<void>): Promise<Cost> {
  const before = await readSpent(redis);
  await run();
  const after = await readSpent(redis);
  redis.disconnect();
  return {
    redisMicrosPerUpdate: (after.cpuMicros - before.cpuMicros) / updates,
    redisCommandsPerUpdate: (after.commands - before.commands - 1) / updates,
  };
}

async function startCounting(system: System): Promise<{ count: number }> {
  const handled = { count: 0 };
  await system.start(
    sessionHandler(async (_chat, _id, turn) => {
      await turn();
      handled.count += 1;
    }),
  );
  return handled;
}
