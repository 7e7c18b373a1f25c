import { startRedisCluster } from './harness/redis-cluster.js';
import { startSentinelRedis } from './harness/redis-sentinel.js';
import { writeFileSync } from 'node:fs';
const c = await startRedisCluster({ replicasPerMaster: 0 });
const s = await startSentinelRedis();
writeFileSync('/tmp/w/c2x/urls', `CL=${c.url}\nSE=${s.url}\n`);
setTimeout(async () => { await c.stop(); await s.stop(); process.exit(0); }, 900_000);
