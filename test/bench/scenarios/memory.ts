import { connectRedis, type Redis } from '@chatlane/redis';
import { cold, hot } from '../loads.js';
import { addAll, FRESH_SESSION, sessionHandler, withSystem } from '../measure-queue.js';
import { until } from '../pace.js';
import { readSpent } from '../redis-meter.js';
import type { Scenario } from '../result.js';
import { chatlane } from '../systems/chatlane.js';
import type { BenchUpdate } from '../updates.js';

/** Bytes in Redis per pending update beyond its JSON, per idle chat, and per remembered update_id. */
export const memory: Scenario = async ({ quick }) => {
  const count = quick ? 500 : 20_000;
  const busy = await pendingBytes(hot(count / 50)(count));
  const first = await pendingBytes(cold(count));
  const idle = await idleBytes(cold(count));
  const remembered = await rememberedBytes(quick ? 10_000 : 1_000_000);
  return {
    scenario: 'memory',
    systems: [
      { name: 'pending update, 50 a lane', bytesBeyondJson: busy },
      { name: 'pending update, alone in its lane', bytesBeyondJson: first },
      { name: 'idle chat beyond its session JSON', bytes: idle },
      { name: 'remembered update_id', bytes: remembered },
    ],
    ratios: [
      { what: 'bytes per pending update beyond its JSON', value: busy, goal: { atMost: 150 } },
      { what: 'bytes per remembered update_id', value: remembered, goal: { atMost: 1 } },
    ],
  };
};

async function pendingBytes(updates: BenchUpdate[]): Promise<number> {
  return withSystem(chatlane, async (system, server) => {
    const taken = await memoryOf(server.url, () => addAll(system, updates));
    await system.stop();
    return taken / updates.length - jsonBytes(updates);
  });
}

async function idleBytes(updates: BenchUpdate[]): Promise<number> {
  return withSystem(chatlane, async (system, server) => {
    const taken = await memoryOf(server.url, async () => {
      await addAll(system, updates);
      let handled = 0;
      await system.start(
        sessionHandler(async (_chat, _id, turn) => {
          await turn();
          handled += 1;
        }),
      );
      await until(() => handled === updates.length);
      await system.stop();
    });
    return taken / updates.length - FRESH_SESSION.length;
  });
}

/** Sets the seen bits as `push` does, without the mail, for a million consecutive ids. */
async function rememberedBytes(updates: number): Promise<number> {
  return withSystem(chatlane, async (system, server) => {
    const bytes = await memoryOf(server.url, async (redis) => {
      for (let id = 0; id < updates; id += 65_536) {
        await redis.setbit(`{bench}:seen:${id / 65_536}`, 65_535, 1);
        await redis.expire(`{bench}:seen:${id / 65_536}`, 172_800);
      }
    });
    await system.stop();
    return bytes / updates;
  });
}

async function memoryOf(url: string, fill: (redis: Redis) => Promise<void>): Promise<number> {
  const redis = connectRedis({ url, name: 'meter', whenDown: 'wait' });
  const before = await readSpent(redis);
  await fill(redis);
  const after = await readSpent(redis);
  redis.disconnect();
  return after.memoryBytes - before.memoryBytes;
}

function jsonBytes(updates: BenchUpdate[]): number {
  return updates.reduce((sum, { body }) => sum + body.length, 0) / updates.length;
}
