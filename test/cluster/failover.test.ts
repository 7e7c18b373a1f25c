import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisCluster, type RedisCluster } from '../harness/redis-cluster.js';
import { startSmallSystem, type SmallSystem } from '../harness/small-system.js';

let cluster: RedisCluster;
let system: SmallSystem;
beforeAll(async () => {
  cluster = await startRedisCluster();
  system = await startSmallSystem(cluster.url, 16);
}, 90_000);
afterAll(async () => {
  await system?.stop();
  await cluster?.stop();
});

it('loses, doubles and reorders nothing that was acknowledged when a master dies under load', async () => {
  const storm = system.storm({ chats: 40, pauseMs: 20 });
  await sleep(1_500);
  const [victim] = await cluster.masters();
  await victim!.kill();
  await cluster.untilWhole();
  await sleep(1_500);
  // It comes back as a replica of the one that took its place.
  await victim!.startAgain();
  await sleep(500);
  await storm.stop();
  expect(storm.refusals).toBeGreaterThan(0);
  expect(await system.committed(storm)).toEqual(storm.acknowledged);
}, 120_000);
