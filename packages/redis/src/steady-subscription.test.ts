import { freePort } from '@chatlane/processes';
import {
  startRedisProxy,
  startRedisServer,
  until,
  type RedisProxy,
  type RedisServer,
} from '@chatlane/testing';
import { Redis as Plain } from 'ioredis';
import { connectRedis, createSteadySubscription, type Redis } from './index.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Subscribed {
  redis: Redis;
  received: string[];
  troubles: string[];
}

async function subscribe(url: string, channels = ['news']): Promise<Subscribed> {
  const redis = connectRedis({ url, name: 'test', whenDown: 'wait', silenceMs: 1_000 });
  stops.push(() => redis.disconnect());
  const received: string[] = [];
  const troubles: string[] = [];
  const subscription = createSteadySubscription({
    redis,
    channels,
    onMessage: (message) => received.push(message),
    onTrouble: (error) => troubles.push((error as Error).message),
    probeEveryMs: 200,
  });
  stops.push(() => subscription.stop());
  await subscription.start();
  return { redis, received, troubles };
}

async function startServer(args: string[] = [], port?: number): Promise<[RedisServer, Plain]> {
  const server = await startRedisServer(args, port === undefined ? {} : { port });
  const admin = new Plain(server.url);
  stops.push(() => server.stop());
  stops.push(() => admin.disconnect());
  return [server, admin];
}

async function startProxy(port: number): Promise<RedisProxy> {
  const proxy = await startRedisProxy(port);
  stops.push(() => proxy.stop());
  return proxy;
}

/** Publishes until the subscription receives it; what is published while it is disconnected is lost. */
async function untilReceived(
  admin: Plain,
  received: readonly string[],
  message: string,
): Promise<void> {
  await until(async () => {
    await admin.publish('news', message);
    return received.includes(message);
  });
}

describe('a steady subscription', () => {
  it('receives the messages of all its channels, and nothing else', async () => {
    const [server, admin] = await startServer();
    const { received, troubles } = await subscribe(server.url, ['news', 'more']);
    await admin.publish('news', 'a');
    await admin.publish('more', 'b');
    await admin.publish('other', 'c');
    // Long enough for several probes.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await admin.publish('news', 'd');
    await until(() => received.includes('d'));
    expect(received).toEqual(['a', 'b', 'd']);
    expect(troubles).toEqual([]);
  });

  it('recovers when its connection is open but dead', async () => {
    const [server, admin] = await startServer();
    const proxy = await startProxy(server.port);
    const { received, troubles } = await subscribe(proxy.url);
    await untilReceived(admin, received, 'before');
    proxy.vanish();
    await untilReceived(admin, received, 'after');
    expect(troubles[0]).toMatch(/^The subscription to news is replaced/);
  });

  it('recovers on a Redis Cluster, where the subscriber connection has no time limits', async () => {
    const proxy = await startProxy(0);
    const [server, admin] = await startServer([
      ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
      ...['--cluster-announce-ip', '127.0.0.1', '--cluster-announce-port', String(proxy.port)],
    ]);
    proxy.leadTo(server.port);
    await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
    const { received } = await subscribe(`${proxy.url},${proxy.url}`);
    await untilReceived(admin, received, 'before');
    proxy.vanish();
    await untilReceived(admin, received, 'after');
  });

  it('recovers when it is still connected to a server that the address no longer leads to', async () => {
    const [[first, toFirst], [second, toSecond]] = [await startServer(), await startServer()];
    const proxy = await startProxy(first.port);
    const { redis, received } = await subscribe(proxy.url);
    await untilReceived(toFirst, received, 'before');
    proxy.leadTo(second.port);
    // Only connections that write notice a failover.
    await toFirst.replicaof('127.0.0.1', 1);
    await redis.set('key', 'value');
    await untilReceived(toSecond, received, 'after');
  });

  it('is not replaced while Redis is down or frozen, and recovers by itself', async () => {
    const server = await startRedisServer();
    const { received, troubles } = await subscribe(server.url);
    server.process.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    server.process.kill('SIGCONT');
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const [, admin] = await startServer([], server.port);
    await untilReceived(admin, received, 'after');
    expect(troubles).toEqual([]);
  });

  it('rejects a start that is stopped while it waits for Redis', async () => {
    const redis = connectRedis({
      url: `redis://127.0.0.1:${await freePort()}`,
      name: 'test',
      whenDown: 'wait',
    });
    stops.push(() => redis.disconnect());
    const subscription = createSteadySubscription({
      redis,
      channels: ['news'],
      onMessage: () => undefined,
      onTrouble: () => undefined,
    });
    const starting = subscription.start();
    subscription.stop();
    await expect(starting).rejects.toThrow('Connection is closed.');
  });

  it('does not start when Redis refuses the channel', async () => {
    const [server, admin] = await startServer();
    await admin.acl('SETUSER', 'me', 'on', '>pw', '~*', '+@all', 'resetchannels');
    const refused = subscribe(server.url.replace('://', '://me:pw@'));
    await expect(refused).rejects.toThrow(/^NOPERM/);
  });
});
