import { connectRedis } from '@chatlane/redis';
import { startRedisWith, until } from '@chatlane/testing';
import { createSessionVersions } from './worker-versions.js';

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

describe('the session versions that live workers know', () => {
  it('are visible to all workers of the deployment, by property, and include earlier versions', async () => {
    const newer = createSessionVersions({ redis, name: 'cats' });
    const old = createSessionVersions({ redis, name: 'cats' });
    const other = createSessionVersions({ redis, name: 'dogs' });
    newer.declare('session', 4);
    old.declare('session', 3);
    await until(() => old.isAlive('session', 4), 'the newer version');
    expect(await old.isAlive('session', 3)).toBe(true);
    expect(await old.isAlive('session', 5)).toBe(false);
    expect(await old.isAlive('chatSession', 4)).toBe(false);
    expect(await other.isAlive('session', 4)).toBe(false);
    for (const each of [newer, old, other]) each.stop();
  });

  it('are declared repeatedly while the worker lives, and expire afterwards', async () => {
    const versions = createSessionVersions({ redis, name: 'birds', declareEveryMs: 20 });
    const key = '{birds}:session-version:session:2';
    versions.declare('session', 2);
    await until(() => redis.exists(key), 'the first declaration');
    expect(await redis.pttl(key)).toBeGreaterThan(0);
    await redis.del(key);
    await until(() => redis.exists(key), 'another declaration');
    versions.stop();
    await redis.ping();
    await redis.del(key);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await versions.isAlive('session', 2)).toBe(false);
  });
});
