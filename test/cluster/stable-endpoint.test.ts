import { setTimeout as sleep } from 'node:timers/promises';
import {
  startRedisProxy,
  startRedisServer,
  until,
  type RedisProxy,
  type RedisServer,
} from '@chatlane/testing';
import { Redis } from 'ioredis';
import { startSmallSystem, type SmallSystem } from '../harness/small-system.js';

let servers: RedisServer[] = [];
let proxy: RedisProxy | undefined;
let system: SmallSystem | undefined;
afterAll(async () => {
  await system?.stop();
  await proxy?.stop();
  await Promise.all(servers.map((server) => server.stop()));
});

describe('a deployment behind a stable Redis address', () => {
  /** Fails over like a managed Redis: the roles change, connections stay open, and the address is switched a while later. */
  it('recovers from a failover that closes no connection, without losing acknowledged updates', async () => {
    const sync = ['--appendonly', 'yes', '--repl-diskless-sync-delay', '0'];
    const first = await startRedisServer(sync);
    servers = [first];
    const second = await startRedisServer([
      ...sync,
      '--replicaof',
      '127.0.0.1',
      String(first.port),
    ]);
    servers = [first, second];
    proxy = await startRedisProxy(first.port);
    system = await startSmallSystem(proxy.url, { each: 1 });
    const storm = system.storm({ chats: 20, pauseMs: 20 });
    await until(() => storm.acknowledged.size === 20);
    await sleep(1_000);
    expect(await system.readiness()).toEqual([200, 200]);

    for (const [server, ...args] of [
      [second, 'NO', 'ONE'],
      [first, '127.0.0.1', String(second.port)],
    ] as const) {
      const admin = new Redis(server.url);
      await admin.call('REPLICAOF', ...args);
      admin.disconnect();
    }
    await until(async () => (await system!.readiness()).every((status) => status === 503));
    expect((await system.ops('doctor')).text).toMatch(/REDIS_URL: .* is a replica/);
    const before = storm.refusals;
    await until(() => storm.refusals > before);
    proxy.leadTo(second.port);
    await until(async () => (await system!.readiness()).every((status) => status === 200));
    await storm.stop();
    expect(await system.committed(storm)).toEqual(storm.acknowledged);
  });
});
