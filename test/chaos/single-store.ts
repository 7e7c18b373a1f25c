import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  startRedisProxy,
  startRedisServer,
  until,
  type RedisProxy,
  type RedisServer,
} from '@chatlane/testing';
import { openAppendOnlyFile } from './append-only-file.js';
import { networkFaults } from './faults/network.js';
import { onServer } from './faults/on-a-server.js';
import { redisFaults } from './faults/redis.js';
import type { ProcessWire } from './process-wire.js';
import type { Store } from './store.js';

/** Redis writes every command to disk before it confirms, so a killed server restarts with all confirmed data. */
const ARGS = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

/**
 * One server with an append-only file, and a TCP proxy per process. A hand-over replaces the server, like a managed Redis:
 * new connections go to the new server, existing ones stay with the old one.
 */
export async function startSingleStore(dir: string): Promise<Store> {
  let current = { server: await startRedisServer(ARGS, { dir }), dir };
  const former: RedisServer[] = [];
  const port = (): number => current.server.port;
  // The suite's own proxy, because the suite must not see replies to writes that are then truncated.
  const own = await startRedisProxy(port());
  const proxies: RedisProxy[] = [own];
  let silent = false;

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { process } = current.server;
    const exited = once(process, 'exit');
    process.kill(signal);
    await exited;
  }

  async function startAgain(): Promise<void> {
    const place = { dir: current.dir, port: port() };
    const start = (): Promise<RedisServer> => startRedisServer(ARGS, place);
    // Tries twice, like a supervisor, because a Redis that was killed during a rewrite may refuse one start
    // (append-only-file.ts of @chatlane/redis).
    current = { ...current, server: await start().catch(start) };
  }

  async function takeDown(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void> {
    await end(signal);
    await sleep(downMs);
    await startAgain();
  }

  /** Truncates unconfirmed writes, as if the kill had happened while they were being written. */
  async function killInAWrite(silenceMs: number, share: number): Promise<void> {
    silent = true;
    for (const proxy of proxies) proxy.stall('replies');
    const file = await openAppendOnlyFile(current.dir);
    await sleep(silenceMs);
    await end('SIGKILL');
    // Cut the connections before they flow again: a late reply would confirm a write that no longer exists.
    for (const proxy of proxies) proxy.cut();
    silent = false;
    for (const proxy of proxies) proxy.flow();
    await file.endBehindPop(share);
    await startAgain();
  }

  /** Makes the old server a replica of the new one; it closes no connection. */
  async function handOver(): Promise<void> {
    const newDir = await mkdtemp(join(dir, 'next-'));
    const next = await startRedisServer(ARGS, { dir: newDir });
    await onServer(next.port, async (redis) => {
      await redis.replicaof('127.0.0.1', port());
      await until(async () => (await redis.info('replication')).includes('master_link_status:up'));
    });
    await onServer(port(), async (redis) => {
      await redis.call('FAILOVER', 'TO', '127.0.0.1', String(next.port));
      await until(async () => (await redis.info('replication')).includes('role:slave'));
    });
    former.push(current.server);
    current = { server: next, dir: newDir };
    for (const proxy of proxies) proxy.leadTo(next.port);
  }

  return {
    url: own.url,
    env: {},
    losesWrites: false,
    faults: [...redisFaults({ port, takeDown, killInAWrite, handOver }), ...networkFaults],
    async wire(): Promise<ProcessWire> {
      const proxy = await startRedisProxy(port());
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
      await Promise.all([current.server, ...former].map((server) => server.stop()));
    },
  };
}
