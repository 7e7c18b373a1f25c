import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@chatlane/testing';
import { startRedisCluster, type RedisCluster } from '../harness/redis-cluster.js';
import { startSmallSystem, type SmallSystem } from '../harness/small-system.js';

const MASTERS = 3;
const INGRESSES = 2;
const WORKERS = 2;
/** Wake-ups, due events and runs of broadcasts. Each has a blocking connection, and one that checks the cluster. */
const QUEUES = 3;

let cluster: RedisCluster;
let system: SmallSystem;
beforeAll(async () => {
  cluster = await startRedisCluster({ replicasPerMaster: 0, args: ['--appendonly', 'yes'] });
  system = await startSmallSystem(cluster.url, {
    waitReplicas: 0,
    workerEnv: { MAX_ATTEMPTS: '1' },
  });
});
afterAll(async () => {
  await system?.stop();
  await cluster?.stop();
});

/** The named connections of all masters, and whether each is blocked. */
async function connections(): Promise<{ name: string; blocked: boolean }[]> {
  const lists = await Promise.all(cluster.nodes.map((node) => node.ask<string>('CLIENT', 'LIST')));
  return [...lists.join('\n').matchAll(/ name=(\S+) .* flags=(\S+) /g)].map(([, name, flags]) => ({
    name: name!,
    blocked: flags!.includes('b'),
  }));
}

describe('a deployment on a Redis Cluster', () => {
  it('handles every update once and in order, with a few connections per process', async () => {
    const storm = system.storm({ chats: 300, pauseMs: 5 });
    await sleep(2_000);
    await storm.stop();
    expect(await system.committed(storm)).toEqual(storm.acknowledged);
    const { text: sessions } = await system.ops('sessions export');
    const keys = sessions.match(/(?<="key":")[^"]+/g) ?? [];
    const chats = [...storm.acknowledged.keys()];
    expect(keys.sort()).toEqual(chats.map((chat) => `c:${chat}:${chat}`).sort());

    const most = INGRESSES * MASTERS + WORKERS * (MASTERS + 1 + 2 * QUEUES);
    let all: Awaited<ReturnType<typeof connections>> = [];
    // Short-lived connections that refresh the slot map every two seconds are not counted.
    await until(
      async () => {
        all = await connections();
        return all.filter(({ name }) => name.includes('chatlane')).length <= most;
      },
      () => `at most ${most} connections; there are ${all.map(({ name }) => name).join(' ')}`,
    );
    // One connection per queue and worker is blocked, regardless of the number of lanes.
    expect(all.filter(({ blocked }) => blocked).length).toBeLessThanOrEqual(QUEUES * WORKERS);
  });

  it('shows the operator every node and every lane', async () => {
    const { text: status } = await system.ops('status --json');
    expect(JSON.parse(status)).toMatchObject({
      redis: { masters: 3 },
      ingresses: 2,
      workers: [expect.any(String), expect.any(String)],
    });
    const doctor = await system.ops('doctor');
    for (const { port } of cluster.nodes) {
      expect(doctor.text).toContain(
        `Redis at 127.0.0.1:${port} is configured to keep what it confirms`,
      );
      expect(doctor.text).toContain(`Redis at 127.0.0.1:${port} uses `);
    }
    expect(doctor).toMatchObject({ code: 0, text: expect.stringContaining('Healthy.') as string });

    expect((await system.ops('lanes pause c:5001')).code).toBe(0);
    expect(await system.post(5_001, 900_001, 'x')).toBe(200);
    expect((await system.ops('lanes list')).text).toMatch(/^c:5001 +paused +1 /m);
    expect((await system.ops('lanes show c:5001')).text).toMatch(/^head +900001/m);
    expect((await system.ops('lanes resume c:5001')).code).toBe(0);

    for (const chat of [5_002, 5_003, 5_004]) {
      expect(await system.post(chat, 900_000 + chat, 'throw 1')).toBe(200);
    }
    const dead = async (): Promise<string> => {
      const { text } = await system.ops('dead list --json');
      return (JSON.parse(text) as { id: string }[])
        .map(({ id }) => id)
        .sort()
        .join();
    };
    await until(async () => (await dead()) === '905002,905003,905004');
    expect((await system.ops('dead drop 905003 --yes')).code).toBe(0);
    expect((await system.ops('dead replay --all --json')).text).toBe('{"putBack":2}\n');
    // Their handlers throw again.
    await until(async () => (await dead()) === '905002,905004');
  });

  it('refuses updates only for lanes on a master whose memory is full', async () => {
    const [full] = cluster.nodes;
    const info = await full!.ask<string>('INFO', 'memory');
    const used = Number(/used_memory:(\d+)/.exec(info)?.[1]);
    await full!.ask('CONFIG', 'SET', 'maxmemory', Math.round(used / 0.93));
    let id = 1_000_000;
    const answers = async (): Promise<Set<number>> => {
      const chats = Array.from({ length: 60 }, (_, index) => 6_000 + index);
      return new Set(await Promise.all(chats.map((chat) => system.post(chat, (id += 1), 'x'))));
    };
    await until(async () => (await answers()).has(503));
    expect([...(await answers())].sort()).toEqual([200, 503]);
    const { text } = await system.ops('doctor');
    expect(text).toMatch(new RegExp(`Redis at 127.0.0.1:${full!.port} uses .* of `));
    await full!.ask('CONFIG', 'SET', 'maxmemory', 0);
    await until(async () => !(await answers()).has(503));
  });
});
