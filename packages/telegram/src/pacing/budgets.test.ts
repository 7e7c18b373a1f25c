import { connectRedis, type Redis } from '@chatlane/redis';
import { startRedisProxy, startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { createBudget } from './budget.js';
import { createSendLeases, type SendLeases } from './send-leases.js';

let server: RedisServer;
const connections: Redis[] = [];
const troubles: unknown[] = [];
/** Aborted after each test, so that no wait survives it. */
let ending = new AbortController();

beforeEach(async () => {
  server = await startRedisServer();
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort(new Error('the test is over'));
  for (const redis of connections.splice(0)) redis.disconnect();
  troubles.length = 0;
  await server.stop();
});

/** The leases of one worker. */
async function startLeases(perSecond: number, url = server.url): Promise<SendLeases> {
  const redis = connectRedis({ url, name: 'test', whenDown: 'fail-fast' });
  connections.push(redis);
  await until(() => redis.status === 'ready');
  const onUnshared = (error: unknown): void => void troubles.push(error);
  return createSendLeases({ redis, key: '{test}:sends:bulk', perSecond, onUnshared });
}

/** So slow that no send becomes available while a test runs. */
const SLOWLY = 0.001;

describe('the leases of a budget', () => {
  it('together never exceed the rate, regardless of which worker asks', async () => {
    const [one, other] = await Promise.all([startLeases(SLOWLY), startLeases(SLOWLY)]);
    const leased = await Promise.all([one.lease(10), other.lease(10), one.lease(10)]);
    expect(leased.reduce((sum, { granted }) => sum + granted, 0)).toBe(1);
    const later = await one.lease(10);
    expect(later).toMatchObject({ granted: 0, workers: 2 });
    expect(later.waitMs).toBeGreaterThan(100_000);
  });

  it('give each worker an equal share', async () => {
    const [one, other] = await Promise.all([startLeases(1_000), startLeases(1_000)]);
    await Promise.all([one.lease(1), other.lease(1)]);
    await until(async () => {
      const { granted, workers } = await one.lease(10_000);
      return workers === 2 && granted > 0 && granted <= 250;
    });
  });

  it('slow down for all workers after a 429, but only once for several in a row', async () => {
    const [one, other] = await Promise.all([startLeases(1_000), startLeases(1_000)]);
    await one.lease(1);
    one.slowDown();
    one.slowDown();
    const { perSecond } = await one.lease(1);
    expect(perSecond).toBeCloseTo(700, -1);
    other.slowDown();
    const seen = await other.lease(1);
    expect(seen.perSecond).toBeGreaterThan(690);
    expect(seen.perSecond).toBeLessThan(1_000);
    expect(one.last.perSecond).toBeLessThan(1_000);
  });

  it('recover to the configured rate, but not beyond it', async () => {
    const one = await startLeases(1_000);
    one.slowDown();
    const { perSecond: fallen } = await one.lease(1);
    await until(async () => (await one.lease(1)).perSecond > fallen + 10);
    // Simulates that an hour has passed.
    await connections[0]!.hincrby('{test}:sends:bulk', 'at', -3_600_000);
    expect((await one.lease(1)).perSecond).toBe(1_000);
  });

  it('fall back to the last known share of the rate while Redis is slow', async () => {
    const proxy = await startRedisProxy(server.port);
    const [one, other] = await Promise.all([startLeases(1_000, proxy.url), startLeases(1_000)]);
    await Promise.all([one.lease(1), other.lease(1)]);
    expect((await one.lease(1)).workers).toBe(2);
    proxy.stall('replies');
    const alone = await until(async () => {
      const lease = await one.lease(10_000);
      return troubles.length > 0 && lease;
    });
    expect(alone).toMatchObject({ workers: 2 });
    expect(alone.granted).toBeGreaterThan(0);
    expect(alone.granted).toBeLessThanOrEqual(250);
    proxy.flow();
    await proxy.stop();
  });
});

describe('a budget', () => {
  const wait = (budget: ReturnType<typeof createBudget>, rank: number, untilMs = Infinity) =>
    budget.wait({ sends: 1, rank, signal: ending.signal, untilMs });

  it('allows the first send without asking Redis, and goes into debt for it', async () => {
    const budget = createBudget(await startLeases(SLOWLY));
    expect(budget.canTake()).toBe(true);
    budget.take(1);
    expect(budget.canTake()).toBe(false);
  });

  it('serves waiting sends by rank, then in order', async () => {
    const leases = await startLeases(20);
    const budget = createBudget(leases);
    while (budget.canTake()) budget.take(1);
    const served: string[] = [];
    await Promise.all(
      ['2 a', '1 b', '2 c', '1 d'].map(async (name) => {
        await wait(budget, Number(name[0]));
        served.push(name);
      }),
    );
    expect(served).toEqual(['1 b', '1 d', '2 a', '2 c']);
  });

  it('reports a wait that is too long, and drops aborted waits', async () => {
    const budget = createBudget(await startLeases(SLOWLY));
    budget.take(2);
    expect(await wait(budget, 1, performance.now() + 20)).toBe(false);
    const aborted = wait(budget, 1);
    ending.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
  });
});
