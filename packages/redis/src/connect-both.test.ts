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

it('asks over the same connection, and waits no longer than a second for an answer', async () => {
  const server = await startRedisServer();
  const both = connectBoth({ url: server.url, name: 'test' });
  await both.redis.ping();
  await both.fast.ping();
  expect((await both.redis.client('LIST')) as string).toMatch(/^id=.*\n$/);
  expect(await both.fast.multi().set('key', 1).incr('key').exec()).toEqual([
    [null, 'OK'],
    [null, 2],
  ]);
  server.process.kill('SIGSTOP');
  const waiting = both.redis.get('key');
  await expect(both.fast.get('key')).rejects.toThrow('timed out');
  await expect(both.fast.multi().get('key').exec()).rejects.toThrow('timed out');
  server.process.kill('SIGCONT');
  expect(await waiting).toBe('2');
  both.disconnect();
  await server.stop();
});
