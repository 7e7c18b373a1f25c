import { freePort, startRedisServer, until } from '@chatlane/tooling';
import { connectBoth } from './connect-both.js';

it('asks of a Redis that is away: one waits for it, the other says so at once', async () => {
  const port = await freePort();
  const both = connectBoth({ url: `redis://127.0.0.1:${port}`, name: 'test' });
  const { redis, fast } = both;
  const waiting = redis.set('key', 'value');
  await expect(fast.get('key')).rejects.toThrow();

  const server = await startRedisServer([], { port });
  await waiting;
  await until(() => fast.ping().then(Boolean, () => false));
  expect(await fast.get('key')).toBe('value');
  expect(await fast.client('GETNAME')).toBe('test');

  both.disconnect();
  await expect(redis.get('key')).rejects.toThrow('closed');
  await expect(fast.get('key')).rejects.toThrow();
  await server.stop();
});
