import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { startRedisCluster, type RedisCluster } from '../harness/redis-cluster.js';
import { startSmallSystem, type SmallSystem } from '../harness/small-system.js';

let single: RedisServer;
let cluster: RedisCluster;
const systems: SmallSystem[] = [];
beforeAll(async () => {
  single = await startRedisServer();
  cluster = await startRedisCluster({ replicasPerMaster: 0 });
});
afterAll(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  await cluster?.stop();
  await single?.stop();
});

async function start(url: string): Promise<SmallSystem> {
  const system = await startSmallSystem(url, { each: 1, waitReplicas: 0 });
  systems.push(system);
  return system;
}

describe('a deployment', () => {
  it('continues under load when its data is imported from a single Redis into a cluster', async () => {
    const before = await start(single.url);
    const storm = before.storm({ chats: 40, pauseMs: 20 });
    await sleep(1_500);
    const [stored] = storm.acknowledged.get(1)!;
    await before.stopProcesses();

    // As the README describes. Telegram keeps updates while no ingress accepts them.
    const [node] = cluster.nodes;
    const from = single.url.replace('redis://', '');
    await promisify(execFile)('redis-cli', [
      ...['--cluster', 'import', `127.0.0.1:${node!.port}`, '--cluster-from', from],
    ]);
    expect(await before.redis.dbsize()).toBe(0);

    const after = await start(cluster.url);
    before.webhooks.splice(0, Infinity, ...after.webhooks);
    // An update from before the import, as if its acknowledgement had been lost.
    expect(await after.post(1, stored!, 'x')).toBe(200);
    await sleep(1_500);
    await storm.stop();
    expect(storm.refusals).toBeGreaterThan(0);
    expect(await after.committed(storm)).toEqual(storm.acknowledged);
  });
});
