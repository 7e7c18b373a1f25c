import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { awaitRedis, connectRedis } from '@chatlane/redis';
import { Redis } from 'ioredis';
import { startRedisCluster } from '../harness/redis-cluster.js';
import { startSentinelRedis } from '../harness/redis-sentinel.js';

const never = new AbortController().signal;
const password = 'p:w%d@a/b,c?d#é';
const credentials = `me:${encodeURIComponent(password)}@`;
const withColon = `me:${encodeURIComponent(password).replaceAll('%3A', ':')}@`;

/** The name of the user that Redis authenticates for a URL, over the connection that every process uses. */
async function whoAmI(url: string): Promise<unknown> {
  const redis = connectRedis({ url, name: 'test', whenDown: 'wait' });
  try {
    await awaitRedis(redis, never);
    return await redis.call('ACL', 'WHOAMI');
  } finally {
    redis.disconnect();
  }
}

async function allow(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const admin = new Redis(port, '127.0.0.1');
    await admin.call('ACL', 'SETUSER', 'me', 'on', `>${password}`, '~*', '&*', '+@all');
    admin.disconnect();
  }
}

describe('REDIS_URL', () => {
  it('may contain any characters in the password of a Redis Cluster', async () => {
    const cluster = await startRedisCluster({ replicasPerMaster: 0 });
    await allow(cluster.nodes.map(({ port }) => port));
    for (const user of [credentials, withColon]) {
      expect(await whoAmI(cluster.url.replace('://', `://${user}`))).toBe('me');
    }
    const wrong = whoAmI(cluster.url.replace('://', '://me:hidden@'));
    await expect(wrong).rejects.toThrow(/^REDIS_URL: Redis refuses the connection \(WRONGPASS/);
    await cluster.stop();
  });

  it('may contain any characters in the password of a master behind Sentinels, and selects its database', async () => {
    const sentinel = await startSentinelRedis();
    const ports = [...sentinel.url.matchAll(/:(\d+)/g)].map(([, port]) => Number(port));
    await allow([...ports, sentinel.master.port]);
    for (const user of [credentials, withColon]) {
      expect(await whoAmI(sentinel.url.replace('://', `://${user}`))).toBe('me');
    }
    await expect(whoAmI(sentinel.url.replace('://', '://me:hidden@'))).rejects.toThrow(
      /^REDIS_URL: Redis refuses the connection \(WRONGPASS/,
    );
    await expect(whoAmI(`${sentinel.url}/16`)).rejects.toThrow(
      /^REDIS_URL: Redis refuses the connection \(ERR DB index is out of range\)/,
    );

    // A Sentinel on a frozen machine accepts the connection and never answers; the client then asks the next one.
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(await whoAmI(sentinel.url.replace('://', `://${credentials}127.0.0.1:${port},`))).toBe(
      'me',
    );
    expect(sockets.length).toBeGreaterThan(0);
    silent.close();
    for (const socket of sockets) socket.destroy();

    const admin = new Redis(sentinel.master.port, '127.0.0.1');
    expect(await admin.dbsize()).toBe(0);
    admin.disconnect();
    await sentinel.stop();
  });
});
