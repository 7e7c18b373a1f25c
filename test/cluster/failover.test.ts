import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisCluster, type RedisCluster } from '../harness/redis-cluster.js';
import { startSmallSystem, type SmallSystem } from '../harness/small-system.js';

let cluster: RedisCluster;
let system: SmallSystem;
beforeAll(async () => {
  cluster = await startRedisCluster();
  system = await startSmallSystem(cluster.url);
});
// A worker may use its whole SHUTDOWN_DEADLINE_MS.
afterAll(async () => {
  await system?.stop();
  await cluster?.stop();
});

describe('a deployment on a Redis Cluster', () => {
  it('neither loses, repeats nor reorders acknowledged updates when a master dies under load', async () => {
    const storm = system.storm({ chats: 40, pauseMs: 20 });
    await sleep(1_500);
    const [victim] = await cluster.masters();
    const heir = await cluster.replicaOf(victim!);
    // From here on the replica receives no writes, so an update acknowledged now would be lost with the master.
    heir.signal('SIGSTOP');
    await victim!.ask('CLIENT', 'KILL', 'TYPE', 'replica');
    for (let checks = 0; checks < 60 && storm.refusals < 20; checks += 1) await sleep(50);
    // All masters are up, but refuse updates because no replica confirms them.
    expect(storm.refusals).toBeGreaterThan(0);
    await victim!.kill();
    heir.signal('SIGCONT');
    await cluster.untilWhole();
    await sleep(1_500);
    // The old master comes back as a replica of the new one.
    await victim!.startAgain();
    await sleep(500);
    await storm.stop();
    expect([...storm.refusedWith]).toEqual(['503 true']);
    expect(await system.committed(storm)).toEqual(storm.acknowledged);
  });
});
