import { startRedisWith } from '@chatlane/testing';
import { Redis } from 'ioredis';
import { createCodeQuota } from './code-quota.js';

const secret = 'a secret of thirty-two characters';
const ann = { userId: 42, phone: '+15550001001' };
let deployments = 0;

const { redis, stop } = await startRedisWith(({ url }) => new Redis(url));
afterAll(stop);

/** The quota of a new deployment. `take` requests a code for each update, whose id is also its time. */
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
  it('counts only the granted codes of the last hour', async () => {
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

  it('is shared by all users of a number, and by all numbers of a user', async () => {
    const quota = openQuota();
    expect(await quota.take([1, 2, 3])).toEqual([true, true, true]);
    expect(await quota.take([4], { userId: 43 })).toEqual([false]);
    expect(await quota.take([5], { phone: '+15550002002' })).toEqual([false]);
    expect(await quota.take([6, 7], { userId: 43, phone: '+15550002002' })).toEqual([true, true]);
  });

  it('stores no phone number in Redis, and expires after an hour', async () => {
    const quota = openQuota();
    await quota.take([1]);
    const keys = await quota.keys();
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toMatch(/5550001001|:42/);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(3590);
  });
});
