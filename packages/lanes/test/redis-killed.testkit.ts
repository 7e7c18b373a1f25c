import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer, type RedisServer } from '@chatlane/testing';

/** Everything confirmed is on disk. Too little is written for an automatic rewrite. */
const ARGS = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** A Redis that can be killed and restarted on the same port with its data. */
export interface KillableRedis {
  first: RedisServer;
  /**
   * Sends SIGKILL. `inTheMiddleOf`: simulates a SIGKILL that came while the last command with this text was being
   * written. The kernel cuts such a write between two pages, and everything after the cut is missing.
   */
  kill(inTheMiddleOf?: string): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKillableRedis(): Promise<KillableRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-killed-'));
  const first = await startRedisServer(ARGS, { dir });
  let server = first;
  return {
    first,
    async kill(inTheMiddleOf) {
      const gone = once(server.process, 'exit');
      server.process.kill('SIGKILL');
      await gone;
      if (inTheMiddleOf === undefined) return;
      const folder = join(dir, 'appendonlydir');
      const [last] = (await readdir(folder)).filter((name) => name.endsWith('.incr.aof')).reverse();
      const file = join(folder, last!);
      const at = (await readFile(file)).lastIndexOf(inTheMiddleOf);
      if (at < 0) throw new Error(`${inTheMiddleOf} was never written`);
      await truncate(file, at + Math.floor(inTheMiddleOf.length / 2));
    },
    async startAgain() {
      server = await startRedisServer(ARGS, { dir, port: first.port });
    },
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true });
    },
  };
}
