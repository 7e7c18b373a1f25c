import { startRedisServer, until } from '@chatlane/testing';
import { connectRedis } from './connect.js';
import { isRedisUnavailable } from './unavailable.js';

async function failureOf(command: Promise<unknown>): Promise<unknown> {
  return command.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('isRedisUnavailable', () => {
  it('is true for commands that fail because of the state of Redis, and false for invalid commands', async () => {
    const server = await startRedisServer();
    const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'fail-fast' });
    await until(() => redis.status === 'ready');
    expect(isRedisUnavailable(await failureOf(redis.call('NO-SUCH-COMMAND')))).toBe(false);
    await redis.set('text', 'x');
    expect(isRedisUnavailable(await failureOf(redis.lpush('text', 'y')))).toBe(false);
    await redis.config('SET', 'maxmemory', '1');
    expect(isRedisUnavailable(await failureOf(redis.set('a', 'b')))).toBe(true);
    await redis.config('SET', 'maxmemory', '0');
    const hanging = connectRedis({
      url: server.url,
      name: 'test',
      whenDown: 'fail-fast',
      commandTimeoutMs: 50,
    });
    await until(() => hanging.status === 'ready');
    expect(isRedisUnavailable(await failureOf(hanging.blpop('nothing', 1)))).toBe(true);
    await server.stop();
    await until(() => redis.status !== 'ready');
    expect(isRedisUnavailable(await failureOf(redis.get('a')))).toBe(true);
    for (const each of [redis, hanging]) each.disconnect();
  });

  it.each([new Error('bug'), new TypeError('fetch failed'), 'text', undefined])(
    'is false for anything else: %s',
    (error) => expect(isRedisUnavailable(error)).toBe(false),
  );
});
