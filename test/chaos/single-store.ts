import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisServer, type RedisServer } from '@chatlane/tooling';
import { startRedisProxy } from '../harness/redis-proxy.js';
import { networkFaults } from './faults/network.js';
import { redisFaults } from './faults/redis.js';
import type { Store } from './store.js';

/** What was confirmed is on disk: a server that is killed comes back with all of it. */
const ARGS = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

/** One server with an append-only file, and a TCP proxy before it for every process. */
export async function startSingleStore(dir: string): Promise<Store> {
  let server: RedisServer = await startRedisServer(ARGS, { dir });
  const { port, url } = server;

  async function takeDown(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void> {
    const exited = once(server.process, 'exit');
    server.process.kill(signal);
    await exited;
    await sleep(downMs);
    const start = (): Promise<RedisServer> => startRedisServer(ARGS, { dir, port });
    // As whoever looks after it would: killed in a rewrite, it may refuse one start (append-only-file.ts).
    server = await start().catch(start);
  }

  return {
    url,
    partitions: 1,
    env: {},
    losesWrites: false,
    faults: [...redisFaults({ port, takeDown }), ...networkFaults],
    wire: () => startRedisProxy(port),
    stop: () => server.stop(),
  };
}
