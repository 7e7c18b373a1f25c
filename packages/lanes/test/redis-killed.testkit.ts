import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer, type RedisServer } from '@chatlane/tooling';

/** What is confirmed is on disk. No rewrite of Redis's own accord. */
const ARGS = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** A Redis that can be killed, and comes back on its port with its data. */
export interface KillableRedis {
  first: RedisServer;
  /**
   * SIGKILL. `inTheMiddleOf`: as if it had come while the last command with these words was being written: the kernel ends
   * a write between two pages then, and what is after them never happened.
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
