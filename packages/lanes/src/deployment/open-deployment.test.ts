import { readUpdate } from '@chatlane/contracts';
import { connectionNames, connectRedis, isRedisUnavailable } from '@chatlane/redis';
import { privateText, startRedisWith, until } from '@chatlane/testing';
import { openDeployment } from './open-deployment.js';

const { server, redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

const fast = connectRedis({ url: server.url, name: 'test', whenDown: 'fail-fast' });
await until(() => fast.status === 'ready');
const deployment = openDeployment({ redis, fast, name: 'chatlane' });
const update = { update_id: 1, message: privateText(7, 'hello', 1) };
const raw = Buffer.from(JSON.stringify(update));

describe('an open deployment', () => {
  it('uses only the connections that it was given', async () => {
    const before = await connectionNames(redis);
    const intake = deployment.intake();
    await intake.push(readUpdate(update)!, raw);
    expect((await deployment.stats()).waking).toBe(1);
    expect(await deployment.operator.lanes.waiting()).toMatchObject({ lanes: 1, events: 1 });
    expect(deployment.operator).toBe(deployment.operator);
    expect(await connectionNames(redis)).toEqual(before);
    await Promise.all([intake.close(), deployment.close()]);
    expect(await deployment.whyNoWrites()).toBeUndefined();
  });

  it('uses the fail-fast connection only for operations that must not wait for Redis', async () => {
    fast.disconnect();
    const [intake, own] = [deployment.intake(), deployment.intake({ redis })];
    const rejected = await Promise.allSettled([
      intake.push(readUpdate(update)!, raw),
      deployment.stats(),
      deployment.throughput(),
    ]);
    for (const each of rejected)
      expect(isRedisUnavailable((each as PromiseRejectedResult).reason)).toBe(true);
    expect(await deployment.whyNoWrites()).toBeInstanceOf(Error);
    await deployment.claim('111');
    expect(await deployment.hasFreeMemory()).toBe(true);
    await deployment.storeAllowedUpdates(['message']);
    expect(await deployment.readAllowedUpdates()).toEqual(['message']);
    expect(await own.push(readUpdate(update)!, raw)).toBe('duplicate');
    await Promise.all([intake.close(), own.close()]);
  });
});
