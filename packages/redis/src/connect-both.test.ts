import { freePort } from '@chatlane/processes';
import { startRedisServer, until } from '@chatlane/testing';
import { startBehindProxy } from './behind-proxy.testkit.js';
import { connectBoth } from './connect-both.js';
import { addressOf, masterOf, nodesOf } from './connect.js';
import { createReplicatedWrites } from './replicated.js';

describe('connectBoth', () => {
  it('opens one client that waits for an unavailable Redis, and one that fails at once', async () => {
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

  it('shares one connection, on which the fail-fast client waits at most a second for a reply', async () => {
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

  it('works behind a Proxy like the one of BullMQ, and can be closed through it', async () => {
    const server = await startRedisServer();
    const both = connectBoth({ url: server.url, name: 'test' });
    await both.redis.ping();
    const proxy = new Proxy(both.fast, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const listener = (): void => undefined;
    proxy.on('error', listener).off('error', listener);
    expect(await proxy.ping()).toBe('PONG');
    await proxy.quit();
    await expect(proxy.ping()).rejects.toThrow('closed');
    both.disconnect();
    await server.stop();
  });

  it('applies the same time limit to commands for single nodes of a cluster', async () => {
    const stops: (() => unknown)[] = [];
    const [proxy, , url] = await startBehindProxy('cluster', stops);
    const both = connectBoth({ url, name: 'test' });
    const { redis, fast } = both;
    await redis.ping();
    const [node] = nodesOf(fast);
    expect(nodesOf(fast)).toEqual([node]);
    expect(masterOf(fast, 'key')).toBe(node);
    expect(addressOf(node!)).toBe(`127.0.0.1:${proxy.port}`);
    expect(await Promise.all([node!.ping(), node!.dbsize()])).toEqual(['PONG', 0]);
    const writes = createReplicatedWrites(fast, { replicas: 0, timeoutMs: 100 });
    expect(await writes.run('key', (own) => own.set('key', '1'))).toBe('OK');
    proxy.stall('requests');
    await expect(node!.ping()).rejects.toThrow('timed out');
    both.disconnect();
    for (const stop of stops.reverse()) await stop();
  });

  it('closes the fail-fast client alone, and emits the events of the connection on both', async () => {
    const server = await startRedisServer();
    const both = connectBoth({ url: server.url, name: 'test' });
    const { redis, fast } = both;
    await redis.ping();
    const events: string[] = [];
    const listener = (): void => void events.push('fast');
    fast.on('event', listener).once('event', () => events.push('once'));
    redis.on('event', () => events.push('redis'));
    redis.emit('event');
    expect(fast.off('event', listener).listenerCount('event')).toBe(1);
    fast.emit('event');
    expect(events).toEqual(['fast', 'once', 'redis', 'redis']);

    expect(await fast.quit()).toBe('OK');
    expect([fast.status, redis.status]).toEqual(['end', 'ready']);
    await expect(fast.get('key')).rejects.toThrow('closed');
    fast.disconnect();
    expect(await redis.get('key')).toBeNull();
    both.disconnect();
    await server.stop();
  });
});
