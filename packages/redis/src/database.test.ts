import { once } from 'node:events';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { Queue } from 'bullmq';
import { Redis as Plain } from 'ioredis';
import {
  awaitRedis,
  connectRedis,
  duplicateConnection,
  within,
  type ConnectOptions,
  type Redis,
} from './index.js';

const never = new AbortController().signal;
let server: RedisServer;
let admin: Plain;
const open: { disconnect(): void }[] = [];
beforeAll(async () => {
  server = await startRedisServer();
  admin = new Plain(server.url);
});
beforeEach(async () => {
  await admin.flushall();
  await admin.acl('SETUSER', 'me', 'reset', 'on', '>pw', '~*', '&*', '+@all');
});
afterEach(() => open.splice(0).forEach((each) => each.disconnect()));
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

function connect(path: string, whenDown: ConnectOptions['whenDown'], errors: Error[] = []): Redis {
  const redis = connectRedis({
    url: `redis://me:pw@127.0.0.1:${server.port}${path}`,
    name: 'test',
    whenDown,
    onError: (error) => errors.push(error),
  });
  open.push(redis);
  return redis;
}

describe('a database that Redis refuses', () => {
  it.each([
    ['/16', 'does not exist', []],
    ['/5', 'the user may not select', ['-select']],
  ] as const)('fails the start and names REDIS_URL (%s, which %s)', async (path, _why, rules) => {
    await admin.acl('SETUSER', 'me', ...rules);
    const refused = awaitRedis(connect(path, 'wait'), never);
    await expect(refused).rejects.toThrow(
      /^REDIS_URL: Redis refuses the connection \(.*(DB index|permissions).*\)\.$/,
    );
  });

  it('is never replaced by database 0, not even on the connections that BullMQ opens', async () => {
    const errors: Error[] = [];
    const fast = connect('/16', 'fail-fast', errors);
    const waits = connect('/16', 'wait');
    const duplicate = duplicateConnection(waits);
    open.push(duplicate);
    for (const redis of [fast, waits, duplicate]) redis.set('from', 'me').catch(() => undefined);
    const queue = new Queue('q', { connection: waits });
    queue.on('error', () => undefined);
    queue.add('job', 1).catch(() => undefined);
    await until(() => errors.length >= 3);
    expect(new Set(errors.map(({ message }) => message))).toEqual(
      new Set(['ERR DB index is out of range']),
    );
    expect([fast.status, waits.status]).not.toContain('ready');
    await expect(within(20_000, fast.set('again', 'fast'))).rejects.toThrow();
    for (const redis of [fast, waits, duplicate]) redis.disconnect();
    // Not awaited: BullMQ may wait for a connection that was closed in the middle of its own start.
    void queue.close().catch(() => undefined);
    expect(await admin.dbsize()).toBe(0);
  });

  it.each(['wait', 'fail-fast'] as const)(
    'is not replaced by database 0 after a reconnect, and serves once it is allowed again (%s)',
    async (whenDown) => {
      const errors: Error[] = [];
      const redis = connect('/5', whenDown, errors);
      await once(redis, 'ready');
      await redis.set('before', '1');
      await admin.acl('SETUSER', 'me', '-select');
      await admin.client('KILL', 'USER', 'me');
      await until(() => errors.some(({ message }) => message.startsWith('NOPERM')));
      const outcomes = await Promise.allSettled([redis.set('meanwhile', '1')]);
      expect(outcomes).toMatchObject([{ status: 'rejected' }]);
      await admin.acl('SETUSER', 'me', '+select');
      await until(() => redis.set('after', '1').then(Boolean, () => false));
      expect(await redis.keys('*')).toEqual(expect.arrayContaining(['before', 'after']));
      expect(await admin.dbsize()).toBe(0);
    },
  );

  it('is never database 0, not even for a user who may not use SELECT', async () => {
    await admin.acl('SETUSER', 'me', '-select');
    await awaitRedis(connect('/0', 'wait'), never);
  });
});
