import { until } from '@chatlane/testing';
import { startBehindProxy } from './behind-proxy.testkit.js';
import { connectBoth, connectRedis } from './index.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe.each(['single', 'cluster'])('a command that timed out (%s)', (kind) => {
  it('is not sent after a reconnect, unlike a waiting command on the same connection', async () => {
    const [proxy, , url] = await startBehindProxy(kind, stops);
    const both = connectBoth({ url, name: 'test' });
    stops.push(() => both.disconnect());
    await both.redis.set('k', '0');
    proxy.stall('requests');
    const late = [both.fast.incr('k'), both.fast.multi().incr('k').exec()];
    for (const { status } of await Promise.allSettled(late)) expect(status).toBe('rejected');
    const waiting = both.redis.incr('k');
    proxy.cut();
    proxy.flow();
    expect(await waiting).toBe(1);
    expect(await both.redis.get('k')).toBe('1');
  });

  it('is not sent after a reconnect of a fail-fast connection', async () => {
    const [proxy, , url] = await startBehindProxy(kind, stops);
    const options = { url, name: 'test', whenDown: 'fail-fast', commandTimeoutMs: 200 } as const;
    const redis = connectRedis(options);
    stops.push(() => redis.disconnect());
    await until(() => redis.set('k', '0').then(Boolean, () => false));
    proxy.stall('requests');
    await expect(redis.incr('k')).rejects.toThrow('timed out');
    proxy.cut();
    proxy.flow();
    await until(() => redis.ping().then(Boolean, () => false));
    expect(await redis.get('k')).toBe('0');
  });
});
