import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { startRedisServer, until } from '@chatlane/tooling';
import { connectRedis } from './index.js';

/** Stands in front of Redis; the connections that `vanish` finds stay open and carry nothing more. */
async function startNetwork(redisUrl: string) {
  const sockets = new Set<Socket>();
  const open = new Set<{ carries: boolean }>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(redisUrl).port), '127.0.0.1');
    const pair = { carries: true };
    open.add(pair);
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.on('data', (bytes) => pair.carries && to.write(bytes));
      from.on('close', () => to.destroy());
      from.on('error', () => undefined);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    vanish: () => open.forEach((pair) => (pair.carries = false)),
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

it.each(['wait', 'fail-fast'] as const)(
  'leaves a connection behind that is open and silent, and works on a new one (%s)',
  async (whenDown) => {
    const server = await startRedisServer();
    const network = await startNetwork(server.url);
    const redis = connectRedis({ url: network.url, name: 't', whenDown, silenceMs: 300 });
    await once(redis, 'ready');
    await redis.set('k', 'v');
    network.vanish();
    expect(await until(() => redis.get('k').catch(() => null))).toBe('v');
    redis.disconnect();
    network.stop();
    await server.stop();
  },
);

it('keeps a connection on which a command blocks or nothing is asked', async () => {
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
