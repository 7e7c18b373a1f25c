import { lanePrefix } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { addAll, FRESH_SESSION, sessionHandler, withSystem } from '../measure-queue.js';
import { until } from '../pace.js';
import { readSpent } from '../redis-meter.js';
import type { Scenario } from '../result.js';
import { seededRandom } from '../../harness/seeded-random.js';
import { median } from '../statistics.js';
import { chatlane } from '../systems/chatlane.js';
import type { System } from '../systems/system.js';
import { makeUpdate, type BenchUpdate } from '../updates.js';

const FIRST_CHAT = 5_000_000_000;
/** Concurrent updates, each from a different chat. A wave ends before the next one starts. */
const WAVE = 500;

/** Redis CPU per update with few and with many idle chats, and with few and with many lanes that have mail. */
export const growth: Scenario = async ({ quick }) => {
  const [few, many] = quick ? [1_000, 2_000] : [1_000, 1_000_000];
  const pending = quick ? 500 : 100_000;
  const [rounds, updates] = quick ? [1, 500] : [5, 5_000];
  const costs = await withChats(few, (amongFew) =>
    withChats(many, async (amongMany) => {
      const measured: Record<'few' | 'many' | 'bareFew' | 'bareMany', Cost>[] = [];
      // The first round is a warm-up and is not counted.
      for (let round = 0; round <= rounds; round += 1) {
        measured.push({
          few: await amongFew.updates(updates),
          many: await amongMany.updates(updates),
          bareFew: await amongFew.bareSessions(updates),
          bareMany: await amongMany.bareSessions(updates),
        });
      }
      return measured.slice(1);
    }),
  );
  const middle = (of: keyof (typeof costs)[number]): Cost => ({
    redisMicrosPerUpdate: median(costs.map((round) => round[of].redisMicrosPerUpdate)),
    redisCommandsPerUpdate: median(costs.map((round) => round[of].redisCommandsPerUpdate)),
  });
  const waiting = await backlog(pending);
  return {
    scenario: 'growth',
    systems: [
      { name: `${few} idle chats`, ...middle('few') },
      { name: `${many} idle chats`, ...middle('many') },
      { name: `${pending} pending lanes`, ...waiting },
      { name: `bare GET and SET, ${few} sessions`, ...middle('bareFew') },
      { name: `bare GET and SET, ${many} sessions`, ...middle('bareMany') },
    ],
    ratios: [
      {
        what: `Redis CPU per update with ${many} idle chats, over ${few}`,
        value: median(
          costs.map((round) => round.many.redisMicrosPerUpdate / round.few.redisMicrosPerUpdate),
        ),
        goal: { atMost: 1.1 },
      },
      {
        what: `Redis CPU of a bare GET and SET among ${many} sessions, over ${few}`,
        value: median(
          costs.map(
            ({ bareFew, bareMany }) => bareMany.redisMicrosPerUpdate / bareFew.redisMicrosPerUpdate,
          ),
        ),
      },
      {
        what: `Redis CPU per update with ${pending} pending lanes, over ${few} idle chats`,
        value: waiting.redisMicrosPerUpdate / middle('few').redisMicrosPerUpdate,
      },
    ],
  };
};

/** Waves of this many updates, or reads and writes, each wave from different chats. */
interface CostAmongChats {
  updates(count: number): Promise<Cost>;
  /** Without Chatlane: what the number of keys alone costs Redis. */
  bareSessions(count: number): Promise<Cost>;
}

/** Chatlane with idle chats that have sessions. */
async function withChats<T>(idle: number, use: (cost: CostAmongChats) => Promise<T>): Promise<T> {
  return withSystem(chatlane, async (system, server) => {
    const redis = connectRedis({ url: server.url, name: 'meter', whenDown: 'wait' });
    for (let from = 0; from < idle; from += 20_000) {
      const count = Math.min(idle - from, 20_000);
      const chats = Array.from({ length: count }, (_, index) => FIRST_CHAT + from + index);
      await redis.mset(chats.flatMap((chat) => [sessionOf(chat), FRESH_SESSION]));
    }
    const random = seededRandom(3);
    let id = 1;
    const someChats = (): number[] => {
      const chats = new Set<number>();
      while (chats.size < WAVE) chats.add(FIRST_CHAT + Math.floor(random() * idle));
      return [...chats];
    };
    const wave = (): BenchUpdate[] => someChats().map((chat) => makeUpdate((id += 1), chat));
    const handled = await startCounting(system);
    let sent = 0;
    const result = await use({
      updates(count) {
        const waves = Array.from({ length: count / WAVE }, wave);
        return costOf(redis, count, async () => {
          for (const each of waves) {
            await addAll(system, each);
            sent += each.length;
            await until(() => handled.count === sent);
          }
        });
      },
      bareSessions(count) {
        const waves = Array.from({ length: count / WAVE }, someChats);
        return costOf(redis, count, async () => {
          for (const each of waves) {
            const pipeline = redis.pipeline();
            for (const chat of each) {
              const key = sessionOf(chat);
              pipeline.get(key).set(key, FRESH_SESSION);
            }
            await pipeline.exec();
          }
        });
      },
    });
    await system.stop();
    redis.disconnect();
    return result;
  });
}

/** One lane per update, all with mail before the first update is handled. */
async function backlog(lanes: number): Promise<Cost> {
  return withSystem(chatlane, async (system, server) => {
    const redis = connectRedis({ url: server.url, name: 'meter', whenDown: 'wait' });
    const updates = Array.from({ length: lanes }, (_, index) =>
      makeUpdate(index + 1, FIRST_CHAT + index),
    );
    const cost = await costOf(redis, lanes, async () => {
      await addAll(system, updates);
      const handled = await startCounting(system);
      await until(() => handled.count === lanes, 120_000);
      await system.stop();
    });
    redis.disconnect();
    return cost;
  });
}

type Cost = { redisMicrosPerUpdate: number; redisCommandsPerUpdate: number };

async function costOf(redis: Redis, updates: number, run: () => Promise<void>): Promise<Cost> {
  const before = await readSpent(redis);
  await run();
  const after = await readSpent(redis);
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

/** The Redis key of a private chat's session. */
function sessionOf(chat: number): string {
  const lane = `c:${chat}`;
  return `${lanePrefix('bench', lane)}:session:${lane}:${chat}`;
}
