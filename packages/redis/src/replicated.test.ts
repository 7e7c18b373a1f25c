import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { connectRedis, createReplicatedWrites, NotReplicatedError, type Redis } from './index.js';

let master: RedisServer;
let replica: RedisServer;
let redis: Redis;
beforeAll(async () => {
  master = await startRedisServer(['--repl-diskless-sync-delay', '0']);
  replica = await startRedisServer(['--replicaof', '127.0.0.1', String(master.port)]);
  redis = connectRedis({ url: master.url, name: 'test', whenDown: 'wait' });
  await until(async () => (await redis.info('replication')).includes('state=online'));
});
afterAll(async () => {
  redis.disconnect();
  await Promise.all([master.stop(), replica.stop()]);
});

describe('createReplicatedWrites', () => {
  it('confirms writes once a replica has them, and shares a WAIT between many writes', async () => {
    const writes = createReplicatedWrites(redis, { replicas: 1, timeoutMs: 5_000 });
    const all = Array.from({ length: 100 }, (_, index) =>
      writes.run(`k${index}`, (connection) => connection.set(`k${index}`, 'v')),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set(['OK']));
    const calls = /cmdstat_wait:calls=(\d+)/.exec(await redis.info('commandstats'));
    expect(Number(calls?.[1])).toBeLessThan(20);
  });

  it('rejects a write that no replica confirms in time, or whose connection breaks', async () => {
    const writes = createReplicatedWrites(redis, { replicas: 1, timeoutMs: 50 });
    replica.process.kill('SIGSTOP');
    const late = writes.run('k', (connection) => connection.set('k', 'v'));
    await expect(late).rejects.toThrow(NotReplicatedError);
    replica.process.kill('SIGCONT');

    const long = createReplicatedWrites(redis, { replicas: 1, timeoutMs: 5_000 });
    const broken = long.run('k', async (connection) => {
      await connection.set('k', 'v');
      const id = String(await connection.client('ID'));
      await connection.call('CLIENT', 'KILL', 'ID', id, 'SKIPME', 'no').catch(() => undefined);
      await connection.ping();
    });
    await expect(broken).rejects.toThrow('The connection or the master changed');
  });
});
