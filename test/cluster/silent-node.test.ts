import { laneSettings, until } from '@chatlane/testing';
import { lanePrefix, openDeployment, type LaneWorker } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import type { Cluster, Redis as Single } from 'ioredis';
import {
  startRedisCluster,
  type ClusterNode,
  type RedisCluster,
} from '../harness/redis-cluster.js';

let cluster: RedisCluster;
/** `live` has the sweep's schedule and the wake-ups; `silent` is the other node. */
let live: ClusterNode;
let silent: ClusterNode;
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  // Long enough that no node is ever considered failed.
  const options = { masters: 2, replicasPerMaster: 0, nodeTimeoutMs: 600_000 };
  cluster = await startRedisCluster(options);
  live = await cluster.masterOf('{test}:sweep');
  silent = cluster.nodes.find((node) => node !== live)!;
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => cluster?.stop());

function connect(): Redis {
  const redis = connectRedis({ url: cluster.url, name: 'test', whenDown: 'wait' });
  stops.push(() => redis.disconnect());
  return redis;
}

async function startWorker(
  redis: Redis,
  handled: string[],
  sweepEveryMs: number = laneSettings.sweepEveryMs,
): Promise<LaneWorker> {
  const handle = ({ lane }: { lane: string }): Promise<void> =>
    Promise.resolve(void handled.push(lane));
  const worker = openDeployment({ redis, name: 'test' }).worker({
    handle,
    ...laneSettings,
    sweepEveryMs,
  });
  stops.push(() => worker.stop(AbortSignal.timeout(1_000)));
  await worker.start();
  return worker;
}

/** Creates a lane whose holder has died, on the given node. */
async function createDeadLane(redis: Redis, node: ClusterNode, first: number): Promise<string> {
  for (let chat = first; ; chat += 1) {
    const lane = `c:${chat}`;
    const prefix = lanePrefix('test', lane);
    if ((await cluster.masterOf(prefix)) !== node) continue;
    await redis.rpush(`${prefix}:mail:${lane}`, `1|${chat}|message|-\n{"update_id":${chat}}`);
    await redis.zadd(`${prefix}:held`, 1, lane);
    return lane;
  }
}

describe('a cluster node that does not answer', () => {
  it('does not hold up the sweep of the other nodes', async () => {
    const redis = connect();
    const handled: string[] = [];
    await startWorker(redis, handled);
    const first = await createDeadLane(redis, silent, 1);
    await until(() => handled.includes(first));
    silent.signal('SIGSTOP');
    // Sweeps that were already running count as well, so each lane waits for the sweep after the last one.
    for (const from of [1_000, 2_000]) {
      const lane = await createDeadLane(redis, live, from);
      await until(() => handled.includes(lane), `${lane} is handled`);
    }
    silent.signal('SIGCONT');
    const last = await createDeadLane(redis, silent, 3_000);
    await until(() => handled.includes(last));
  });

  it('is swept by another worker when one worker cannot reach it', async () => {
    const redis = connect();
    const handled: string[] = [];
    // Longer than the first worker waits for the node; otherwise the other one could take over the sweep meanwhile.
    const everyMs = 2_000;
    await startWorker(withoutTimeOf(silent, connect()), handled, everyMs);
    const sweepCount = async (): Promise<number> =>
      Number(await redis.hget('{test}:sweep', 'look'));
    const before = await sweepCount();
    await until(async () => (await sweepCount()) > before + 1, 'the first worker sweeps');
    await startWorker(redis, handled, everyMs);
    for (const [node, from] of [
      [silent, 4_000],
      [live, 5_000],
    ] as const) {
      const lane = await createDeadLane(redis, node, from);
      await until(() => handled.includes(lane), `${lane} is handled`);
    }
  });
});

/** A connection on which TIME of the given node never answers. */
function withoutTimeOf(silentNode: ClusterNode, redis: Redis): Redis {
  const nodes = new Map<Single, Single>();
  const shown = (node: Single): Single => {
    if (node.options.port !== silentNode.port) return node;
    const known = nodes.get(node) ?? (Object.create(node) as Single);
    known.time = () => new Promise(() => undefined);
    nodes.set(node, known);
    return known;
  };
  const all = (redis as Cluster).nodes.bind(redis);
  (redis as Cluster).nodes = (role) => all(role).map(shown);
  return redis;
}
