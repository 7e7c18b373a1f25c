import { once } from 'node:events';
import { startRedisProxy, startRedisServer, until } from '@chatlane/testing';
import { Redis as Plain } from 'ioredis';
import { addressOf, connectRedis } from './index.js';

describe('a connection of connectRedis', () => {
  it.each(['wait', 'fail-fast'] as const)(
    'replaces a connection that is open but silent (%s)',
    async (whenDown) => {
      const server = await startRedisServer();
      const proxy = await startRedisProxy(server.port);
      const redis = connectRedis({ url: proxy.url, name: 't', whenDown, silenceMs: 300 });
      await once(redis, 'ready');
      await redis.set('k', 'v');
      proxy.vanish();
      expect(await until(() => redis.get('k').catch(() => null))).toBe('v');
      redis.disconnect();
      await proxy.stop();
      await server.stop();
    },
  );

  it('keeps a connection that is idle or blocked by a command', async () => {
    const server = await startRedisServer();
    const errors: Error[] = [];
    const options = { url: server.url, name: 't', whenDown: 'wait', silenceMs: 2_000 } as const;
    const redis = connectRedis({ ...options, onError: (error) => errors.push(error) });
    const id = await redis.client('ID');
    expect(await redis.blpop('nothing', 0.5)).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await redis.client('ID')).toBe(id);
    expect(errors).toEqual([]);
    redis.disconnect();
    await server.stop();
  });

  it('knows the address of a node that has not connected yet', () => {
    const node = new Plain({ host: '127.0.0.1', port: 7, lazyConnect: true });
    expect(addressOf(node)).toBe('127.0.0.1:7');
  });
});
