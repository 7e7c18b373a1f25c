import { startRedisServer, type RedisServer } from '@chatlane/tooling';
import { Redis } from 'ioredis';
import { createCodeQuota } from './code-quota.js';

const secret = 'a secret of thirty-two characters';
const ann = { userId: 42, phone: '+15550001001' };
let server: RedisServer;
let redis: Redis;
let deployments = 0;

beforeAll(async () => {
  server = await startRedisServer();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Of a deployment of its own; asks for each of these updates, at its second. */
function openQuota() {
  const name = `quota${(deployments += 1)}`;
  const quota = createCodeQuota({ redis, name, secret }, 3);
  return {
    keys: () => redis.keys(`{${name}}:*`),
    async take(updates: readonly number[], who: Partial<typeof ann> = {}) {
      const granted: boolean[] = [];
      for (const update of updates) {
        granted.push(await quota.take({ ...ann, ...who, update, at: update }));
      }
      return granted;
    },
  };
}

describe('the quota of one-time codes', () => {
  it('slides: what is an hour old no longer counts, what was refused never did', async () => {
    const quota = openQuota();
    expect(await quota.take([100, 200, 300, 400, 500])).toEqual([true, true, true, false, false]);
    expect(await quota.take([3699, 3700, 3701])).toEqual([false, true, false]);
  });

  it('counts an update once, however often its turn is repeated', async () => {
    const quota = openQuota();
    expect(await quota.take([100, 100, 100, 100, 200, 300, 300, 400, 400])).toEqual([
      ...Array<boolean>(7).fill(true),
      false,
      false,
    ]);
  });

  it('is one for all who have the number, and one for all numbers of a user', async () => {
    const quota = openQuota();
    expect(await quota.take([1, 2, 3])).toEqual([true, true, true]);
    expect(await quota.take([4], { userId: 43 })).toEqual([false]);
    expect(await quota.take([5], { phone: '+15550002002' })).toEqual([false]);
    expect(await quota.take([6, 7], { userId: 43, phone: '+15550002002' })).toEqual([true, true]);
  });

  it('shows no phone number in Redis, and is forgotten after an hour', async () => {
    const quota = openQuota();
    await quota.take([1]);
    const keys = await quota.keys();
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toMatch(/5550001001|:42/);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(3590);
  });
});
