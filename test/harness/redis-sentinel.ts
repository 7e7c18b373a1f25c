import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, redisIsReady } from '@chatlane/processes';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { Redis } from 'ioredis';

/** A master with one replica, watched by Sentinels, on loopback. */
export interface SentinelRedis {
  /** A `REDIS_URL` that names the Sentinels. */
  url: string;
  /** The server that was the master at the start. */
  master: RedisServer;
  /** Waits for the new master, and restarts the old one empty, as a replica of the new one. */
  startReplica(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts 3 Sentinels, of which 2 decide; a master that is silent for `downAfterMs` is replaced. */
export async function startSentinelRedis({ downAfterMs = 1_500 } = {}): Promise<SentinelRedis> {
  const root = await mkdtemp(join(tmpdir(), 'chatlane-sentinel-'));
  const servers: Pick<RedisServer, 'stop'>[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(root, { recursive: true, force: true });
  };
  const start = async (args: string[]): Promise<RedisServer> => {
    const server = await startRedisServer(args, { dir: join(root, String(servers.length)) });
    servers.push(server);
    return server;
  };
  try {
    const sync = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
    const master = await start(sync);
    await start([...sync, '--replicaof', '127.0.0.1', String(master.port)]);
    const watch = [
      `monitor mymaster 127.0.0.1 ${master.port} 2`,
      `down-after-milliseconds mymaster ${downAfterMs}`,
      'failover-timeout mymaster 5000',
    ].map((line) => `sentinel ${line}`);
    const ports: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      // A Sentinel needs a configuration file that it can write to, which `startRedisServer` does not provide.
      const config = join(root, `sentinel-${index}.conf`);
      const sentinel = await onFreePort(async (port) => {
        const own = [`port ${port}`, 'bind 127.0.0.1', `dir ${root}`];
        await writeFile(config, [...own, ...watch, ''].join('\n'));
        return startSentinel(config, port);
      });
      servers.push(sentinel);
      ports.push(sentinel.port);
    }
    const url = `redis+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/mymaster`;
    return {
      url,
      master,
      async startReplica() {
        const { dir, port } = master;
        await Promise.all(ports.map((each) => untilReplaced(each, port)));
        servers.push(await startRedisServer(sync, { dir, port }));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSentinel(
  config: string,
  port: number,
): Promise<Pick<RedisServer, 'port' | 'stop'>> {
  const sentinel = spawn('redis-server', [config, '--sentinel']);
  const kill = (): void => void sentinel.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (sentinel.exitCode !== null || sentinel.signalCode !== null) return;
    kill();
    await once(sentinel, 'exit');
  };
  for (const output of [sentinel.stdout, sentinel.stderr]) output.resume();
  try {
    await redisIsReady(sentinel, port);
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Waits until every Sentinel names the new master. If one still named the old server, that server would come back empty
 * as the master, and empty its replica.
 */
async function untilReplaced(sentinelPort: number, oldPort: number): Promise<void> {
  const sentinel = new Redis(sentinelPort, '127.0.0.1');
  sentinel.on('error', () => undefined);
  try {
    await until(async () => {
      const named = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster');
      return Number((named as string[])[1]) !== oldPort;
    }, 'the Sentinels to announce a new master');
  } finally {
    sentinel.disconnect();
  }
}
