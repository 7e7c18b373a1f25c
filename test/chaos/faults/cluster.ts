import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterNode, RedisCluster } from '../../harness/redis-cluster.js';
import type { Random } from '../random.js';
import type { Fault } from './fault.js';
import { onServer, withoutCommand, withoutMemory } from './on-a-server.js';

/** Milliseconds; longer than the nodes wait before a replica takes over. */
const FAILOVER_MS = 4_000;

/** Faults strike one master at a time, and the cluster is complete again before the next fault. */
export function clusterFaults(cluster: RedisCluster): Fault[] {
  function onMaster(
    name: string,
    weight: number,
    strike: (master: ClusterNode, random: Random) => Promise<unknown>,
  ): Fault {
    return {
      name,
      weight,
      alone: 'redis',
      async strike(target, random) {
        const master = random.pick(await cluster.masters());
        await target.trouble(name, async () => {
          await strike(master, random);
          await cluster.untilWhole({ replicas: true });
        });
      },
    };
  }

  return [
    onMaster('master-killed', 2, async (master, random) => {
      await master.kill();
      await sleep(random.between(0, 1_000) + FAILOVER_MS);
      await master.startAgain();
    }),
    onMaster('master-restarted', 2, async (master) => {
      await master.kill();
      await master.startAgain();
    }),
    onMaster('master-stopped', 2, async (master, random) => {
      master.signal('SIGSTOP');
      await sleep(random.between(500, FAILOVER_MS));
      master.signal('SIGCONT');
    }),
    onMaster('master-out-of-memory', 1, (master, random) =>
      withoutMemory(master.port, () => sleep(random.between(1_000, 4_000))),
    ),
    onMaster('command-refused', 1, (master, random) =>
      withoutCommand(master.port, random.pick(['publish', 'zadd', 'rpush', 'linsert']), () =>
        sleep(random.between(500, 2_500)),
      ),
    ),
    onMaster('master-paused', 1, async (master, random) => {
      const forMs = random.between(1_000, 4_000);
      await onServer(master.port, (redis) => redis.client('PAUSE', forMs, 'ALL'));
      await sleep(forMs);
    }),
    onMaster('master-connections-cut', 3, (master) =>
      onServer(master.port, (redis) => redis.call('CLIENT', 'KILL', 'TYPE', 'normal')),
    ),
  ];
}
