import { until } from '@chatlane/testing';
import { lanePrefix, openDeployment } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import {
  startRedisCluster,
  type ClusterNode,
  type RedisCluster,
} from '../harness/redis-cluster.js';

let cluster: RedisCluster;
const open: Redis[] = [];
beforeAll(async () => {
  cluster = await startRedisCluster({ masters: 2, replicasPerMaster: 0 });
});
afterAll(async () => {
  for (const each of open) each.disconnect();
  await cluster?.stop();
});

function connect(whenDown: 'wait' | 'fail-fast'): Redis {
  const redis = connectRedis({ url: cluster.url, name: 'test', whenDown });
  open.push(redis);
  return redis;
}

/** The steps of `redis-cli --cluster reshard` for one slot. */
interface Move {
  begin(): Promise<void>;
  /** Moves the slot's keys, and then the slot itself. */
  end(): Promise<void>;
}

async function moveOf(key: string): Promise<Move> {
  const slot = await cluster.nodes[0]!.ask<number>('CLUSTER', 'KEYSLOT', key);
  const nodes = [...cluster.nodes];
  const [from, to] = (slot < 8_192 ? nodes : nodes.reverse()) as [ClusterNode, ClusterNode];
  const [fromId, toId] = [
    await from.ask<string>('CLUSTER', 'MYID'),
    await to.ask<string>('CLUSTER', 'MYID'),
  ];
  return {
    async begin() {
      await to.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
      await from.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    },
    async end() {
      for (;;) {
        const keys = await from.ask<string[]>('CLUSTER', 'GETKEYSINSLOT', slot, 100);
        if (keys.length === 0) break;
        await from.ask('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
      }
      for (const node of [to, from]) await node.ask('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
    },
  };
}

describe('a partition', () => {
  it('stays consistent while its slot moves to another master', async () => {
    const [fast, redis] = [connect('fail-fast'), connect('wait')];
    await until(() => fast.status === 'ready' && redis.status === 'ready');
    const deployment = openDeployment({ redis, fast, name: 'test' });
    const intake = deployment.intake();
    const push = (updateId: number): Promise<string> => {
      const update = {
        updateId,
        kind: 'message',
        lane: 'c:7',
        sessionUser: '7',
        interrupts: false,
      };
      return intake.push(update, Buffer.from(JSON.stringify({ update_id: updateId })));
    };
    const handled: string[] = [];
    let letGo = (): void => undefined;
    const worker = deployment.worker({
      handle: async (turn) => {
        const { updateId } = turn.event as { updateId: number };
        handled.push(`${updateId} after ${(await turn.sessions.get('c:7:7')) ?? 'none'}`);
        if (updateId === 1) await new Promise<void>((resolve) => (letGo = resolve));
        turn.sessions.stage('c:7:7', String(updateId));
      },
      ...{ turns: 5, leaseMs: 30_000, sweepEveryMs: 200, turnTimeoutMs: 20_000, graceMs: 100 },
      ...{ yieldAfterEvents: 50, yieldAfterMs: 60_000, sessionTtlSeconds: 0 },
      ...{ maxAttempts: 3, atTheLimit: 'bury', backOffMs: () => 20 },
      classifyError: () => ({ next: 'retry' }),
    });
    await worker.start();
    expect(await push(1)).toBe('stored');
    await until(() => handled.length === 1);
    expect(await push(2)).toBe('stored');

    const move = await moveOf(lanePrefix('test', 'c:7'));
    await move.begin();
    // The commit of the running turn waits for the slot; a fail-fast client gets an error.
    letGo();
    await expect(push(3)).rejects.toThrow();
    await expect(push(2)).rejects.toThrow();
    await move.end();

    await until(() => handled.length === 2);
    expect(await push(2)).toBe('duplicate');
    expect(await push(3)).toBe('stored');
    await until(() => handled.length === 3);
    expect(handled).toEqual(['1 after none', '2 after 1', '3 after 2']);
    await worker.stop(AbortSignal.timeout(5_000));
    await intake.close();
  });
});
