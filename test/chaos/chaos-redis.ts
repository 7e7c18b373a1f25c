import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisServer, type RedisServer } from '@chatlane/tooling';

/** What was confirmed is on disk: a server that is killed comes back with all of it. */
const ARGS = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

/** A Redis that can be taken down, and comes back on its port with its data. */
export interface ChaosRedis {
  port: number;
  url: string;
  /** SIGKILL, or SIGTERM for an orderly end. */
  takeDown(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startChaosRedis(dir: string): Promise<ChaosRedis> {
  let server: RedisServer = await startRedisServer(ARGS, { dir });
  const { port, url } = server;
  return {
    port,
    url,
    async takeDown(signal, downMs) {
      const exited = once(server.process, 'exit');
      server.process.kill(signal);
      await exited;
      await sleep(downMs);
      server = await startRedisServer(ARGS, { dir, port });
    },
    stop: () => server.stop(),
  };
}
