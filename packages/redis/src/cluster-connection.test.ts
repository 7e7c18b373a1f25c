import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@chatlane/processes';
import { startRedisServer, type RedisServer, until } from '@chatlane/testing';
import { Queue, Worker } from 'bullmq';
import { Redis, type Cluster } from 'ioredis';
import { connectRedis } from './connect.js';

const LAST_SLOT = 16_383;

/** Starts a cluster node without any slots: its cluster is down until all slots are assigned. */
async function startNode(): Promise<{ server: RedisServer; ask: Redis }> {
  const server = await startRedisServer([
    ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
    // A single node does not know its address, and would announce none to clients.
    ...['--cluster-announce-ip', '127.0.0.1'],
  ]);
  const ask = new Redis(server.url);
  return { server, ask };
}

function connect(...ports: number[]): Cluster {
  const all = ports.length > 1 ? ports : [...ports, ...ports];
  const url = all.map((port) => `redis://127.0.0.1:${port}`).join(',');
  return connectRedis({ url, name: 'test', whenDown: 'wait' }) as Cluster;
}

describe('a connection to a Redis Cluster', () => {
  it.each<[string, (redis: Cluster) => Cluster]>([
    ['the connection', (redis) => redis],
    ['a duplicate', (redis) => redis.duplicate()],
  ])('ends when %s is disconnected between two attempts to connect', async (_which, of) => {
    const redis = connect(await freePort());
    const own = of(redis).on('error', () => undefined);
    await until(() => own.status === 'reconnecting');
    const ended = once(own, 'end');
    own.disconnect();
    await ended;
    expect(own.status).toBe('end');
    redis.disconnect();
  });

  it('ends when a late reply adds another node after the disconnect', async () => {
    const [from, to] = [await startNode(), await startNode()];
    await from.ask.cluster('ADDSLOTSRANGE', 0, LAST_SLOT);
    const busPort = (await to.ask.config('GET', 'cluster-port'))[1]!;
    await from.ask.call('CLUSTER', 'MEET', '127.0.0.1', to.server.port, busPort);
    const id = await to.ask.cluster('MYID');
    const redis = connect(from.server.port);
    await redis.get('k');
    await until(async () => String(await from.ask.cluster('NODES')).includes(`${id} `));
    await from.ask.cluster('SETSLOT', await from.ask.cluster('KEYSLOT', 'k'), 'NODE', id);
    from.server.process.kill('SIGSTOP');
    redis.get('k').catch(() => undefined);
    await sleep(50);
    const ended = once(redis, 'end');
    redis.disconnect();
    from.server.process.kill('SIGCONT');
    await ended;
    for (const { ask, server } of [from, to]) {
      ask.disconnect();
      await server.stop();
    }
  });

  it('stops refreshing the slots once it has ended', async () => {
    const { server, ask } = await startNode();
    await ask.cluster('ADDSLOTSRANGE', 0, LAST_SLOT);
    const redis = connect(server.port);
    const own = redis as unknown as { isRefreshing: boolean; slotsTimer: unknown };
    await redis.get('k');
    server.process.kill('SIGSTOP');
    await until(() => own.isRefreshing);
    redis.disconnect();
    server.process.kill('SIGCONT');
    await until(() => !(own.isRefreshing || own.slotsTimer !== null));
    expect(redis.status).toBe('end');
    ask.disconnect();
    await server.stop();
  });

  it('connects a duplicate to two nodes at most, whatever commands it sends', async () => {
    const nodes = [await startNode(), await startNode(), await startNode()];
    const [first, ...others] = nodes;
    await first!.ask.cluster('ADDSLOTSRANGE', 0, 5_000);
    await others[0]!.ask.cluster('ADDSLOTSRANGE', 5_001, 10_000);
    await others[1]!.ask.cluster('ADDSLOTSRANGE', 10_001, LAST_SLOT);
    for (const { ask, server } of others) {
      const busPort = (await ask.config('GET', 'cluster-port'))[1]!;
      await first!.ask.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);
    }
    const isWhole = async ({ ask }: (typeof nodes)[0]): Promise<boolean> =>
      String(await ask.cluster('INFO')).includes('cluster_state:ok');
    await until(async () => (await Promise.all(nodes.map(isWhole))).every(Boolean));
    const redis = connect(first!.server.port);
    await redis.get('k');
    for (const key of ['a', 'b', 'c']) {
      const own = redis.duplicate();
      // A BullMQ worker calls INFO before it blocks.
      for (let count = 0; count < 5; count += 1) await own.info();
      await own.get(key);
      for (let count = 0; count < 5; count += 1) await own.info();
      const connected = own.nodes().filter(({ status }) => status !== 'wait');
      expect(connected.length).toBeLessThanOrEqual(2);
      own.disconnect();
    }
    redis.disconnect();
    for (const { ask, server } of nodes) {
      ask.disconnect();
      await server.stop();
    }
  });

  describe('while the cluster is down', () => {
    let node: Awaited<ReturnType<typeof startNode>>;
    let redis: Cluster;
    beforeEach(async () => {
      node = await startNode();
      await node.ask.cluster('ADDSLOTSRANGE', 0, LAST_SLOT - 1);
      redis = connect(node.server.port);
    });
    afterEach(async () => {
      redis.disconnect();
      node.ask.disconnect();
      await node.server.stop();
    });

    it('rejects the attempt to connect, and makes more attempts', async () => {
      const own = redis.duplicate(undefined, { lazyConnect: true }).on('error', () => undefined);
      await expect(own.connect()).rejects.toThrow('Connection is closed.');
      await node.ask.cluster('ADDSLOTS', LAST_SLOT);
      await once(own, 'ready');
      own.disconnect();
    });

    it('lets a BullMQ worker take jobs again once the cluster is up', async () => {
      await node.ask.cluster('ADDSLOTS', LAST_SLOT);
      let blocking: Cluster | undefined;
      const duplicate = redis.duplicate.bind(redis);
      redis.duplicate = (...options) => (blocking = duplicate(...options));
      const shared = { connection: redis, prefix: '{q}' };
      const taken: unknown[] = [];
      const worker = new Worker('work', ({ data }) => Promise.resolve(taken.push(data)), {
        ...shared,
        drainDelay: 1,
        runRetryDelay: 100,
      });
      worker.on('error', () => undefined);
      await worker.waitUntilReady();
      await node.ask.cluster('DELSLOTS', LAST_SLOT);
      // BullMQ renews the connection, and ioredis finds the cluster down.
      await once(blocking!, 'reconnecting');
      await node.ask.cluster('ADDSLOTS', LAST_SLOT);
      const queue = new Queue('work', shared);
      await queue.add('job', 1);
      await until(() => taken.length !== 0);
      await worker.close();
      await queue.close();
    });
  });
});
