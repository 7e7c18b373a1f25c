import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  startRedisProxy,
  startRedisServer,
  type RedisProxy,
  type RedisServer,
} from '@chatlane/tooling';
import { openAppendOnlyFile } from './append-only-file.js';
import { networkFaults } from './faults/network.js';
import { redisFaults } from './faults/redis.js';
import type { ProcessWire } from './process-wire.js';
import type { Store } from './store.js';

/** What was confirmed is on disk: a server that is killed comes back with all of it. */
const ARGS = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

/** One server with an append-only file, and a TCP proxy before it for every process. */
export async function startSingleStore(dir: string): Promise<Store> {
  let server: RedisServer = await startRedisServer(ARGS, { dir });
  const { port } = server;
  // The suite's own: it too must not be told of what is then cut off.
  const own = await startRedisProxy(port);
  const proxies: RedisProxy[] = [own];
  let silent = false;

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const exited = once(server.process, 'exit');
    server.process.kill(signal);
    await exited;
  }

  async function startAgain(): Promise<void> {
    const start = (): Promise<RedisServer> => startRedisServer(ARGS, { dir, port });
    // As whoever looks after it would: killed in a rewrite, it may refuse one start (append-only-file.ts of @chatlane/redis).
    server = await start().catch(start);
  }

  async function takeDown(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void> {
    await end(signal);
    await sleep(downMs);
    await startAgain();
  }

  /** Of what nobody was told of, some is cut off: as if the kill had come while it was being written. */
  async function killInAWrite(silenceMs: number, share: number): Promise<void> {
    silent = true;
    for (const proxy of proxies) proxy.stall('replies');
    const file = await openAppendOnlyFile(dir);
    await sleep(silenceMs);
    await end('SIGKILL');
    // Cut before they flow: an answer that got out after all would tell of what is not there.
    for (const proxy of proxies) proxy.cut();
    silent = false;
    for (const proxy of proxies) proxy.flow();
    await file.endBehindPop(share);
    await startAgain();
  }

  return {
    url: own.url,
    partitions: 1,
    env: {},
    losesWrites: false,
    faults: [...redisFaults({ port, takeDown, killInAWrite }), ...networkFaults],
    async wire(): Promise<ProcessWire> {
      const proxy = await startRedisProxy(port);
      proxies.push(proxy);
      return {
        ...proxy,
        flow: () => {
          if (!silent) proxy.flow();
        },
      };
    },
    async stop() {
      await own.stop();
      await server.stop();
    },
  };
}
