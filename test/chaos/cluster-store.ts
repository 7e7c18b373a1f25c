import { startRedisCluster } from '../harness/redis-cluster.js';
import { clusterFaults } from './faults/cluster.js';
import type { Store } from './store.js';

const ARGS = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];

/** Three masters with a replica each; an update is answered 200 once a replica has it. */
export async function startClusterStore(): Promise<Store> {
  const cluster = await startRedisCluster({ args: ARGS });
  return {
    url: cluster.url,
    env: { REDIS_WAIT_REPLICAS: '1' },
    losesWrites: true,
    faults: clusterFaults(cluster),
    // The nodes announce each other's addresses, so clients would bypass a proxy.
    wire: () =>
      Promise.resolve({
        url: cluster.url,
        cut: () => undefined,
        stall: () => undefined,
        flow: () => undefined,
        stop: () => Promise.resolve(),
      }),
    stop: () => cluster.stop(),
  };
}
