import { lanePrefix } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import {
  startRedisProxy,
  startRedisServer,
  until,
  type RedisProxy,
  type RedisServer,
} from '@chatlane/testing';
import { startIngress, type TestIngress } from './service.testkit.js';

const update = (id: number) => ({ update_id: id, message: { chat: { id: 5 }, from: { id: 5 } } });

let servers: RedisServer[] = [];
let admins: Redis[] = [];
let ingress: TestIngress;
afterEach(async () => {
  await ingress.stop();
  for (const each of admins.splice(0)) each.disconnect();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function startServer(args: string[] = []): Promise<{ server: RedisServer; admin: Redis }> {
  const server = await startRedisServer(args);
  const admin = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
  servers = [...servers, server];
  admins = [...admins, admin];
  return { server, admin };
}

const status = async (id: number): Promise<number> => (await ingress.post(update(id))).status;
const ready = async (): Promise<unknown> => (await ingress.ops('/readyz')).json();
const logged = (text: string): boolean => ingress.logs.some((line) => line.includes(text));

describe('an ingress whose Redis becomes a replica', () => {
  let proxy: RedisProxy;
  afterEach(() => proxy.stop());

  it('is not ready and logs why, and stores updates again once the address leads to the new master', async () => {
    const [first, second] = [await startServer(), await startServer()];
    proxy = await startRedisProxy(first.server.port);
    ingress = await startIngress({ REDIS_URL: proxy.url });
    expect(await status(1)).toBe(200);
    expect(await ready()).toMatchObject({ redisReached: true, redisWritable: true });

    await second.admin.set('chatlane', 'lives here now');
    await first.admin.replicaof('127.0.0.1', second.server.port);
    expect((await ingress.ops('/readyz')).status).toBe(503);
    expect(await ready()).toMatchObject({ running: true, redisWritable: false });
    expect(await status(2)).toBe(503);
    await until(() => logged('is a replica, which accepts no writes'));
    expect(await ready()).toMatchObject({ redisWritable: false });

    proxy.leadTo(second.server.port);
    await until(async () => (await status(2)) === 200);
    expect((await ingress.ops('/readyz')).status).toBe(200);
    expect(await second.admin.llen(`${lanePrefix('chatlane', 'c:5')}:mail:c:5`)).toBe(1);
  });
});

describe('an ingress whose Redis cannot be used', () => {
  it('logs that its password was changed, and is not ready', async () => {
    const { server, admin } = await startServer();
    const allow = (password: string): Promise<unknown> =>
      admin.acl('SETUSER', 'me', 'reset', 'on', `>${password}`, '~*', '&*', '+@all');
    await allow('old-word');
    ingress = await startIngress({ REDIS_URL: server.url.replace('://', '://me:old-word@') });
    expect(await status(1)).toBe(200);
    expect(await ready()).toMatchObject({ redisReached: true, redisWritable: true });
    await allow('new-word');
    await admin.client('KILL', 'USER', 'me');
    await until(async () => (await status(2)) === 503);
    await until(() => logged('WRONGPASS'));
    expect(logged('old-word')).toBe(false);
    expect(await ready()).toMatchObject({ redisReached: true, redisWritable: false });
    await allow('old-word');
    await until(async () => (await status(2)) === 200);
  });

  it('stays ready once it has reached Redis, so that it can answer Telegram when to retry', async () => {
    const { server } = await startServer();
    ingress = await startIngress({ REDIS_URL: server.url, PUSH_TIMEOUT_MS: '300' });
    expect(await status(1)).toBe(200);
    expect((await ingress.ops('/readyz')).status).toBe(200);
    await server.stop();
    await until(async () => (await status(2)) === 503);
    expect((await ingress.ops('/readyz')).status).toBe(200);
  });
});
