import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { spawnGuarded } from '../guarded-process.js';
import type { Program } from '../debian/unpacked.js';

/** Where and how a private server runs. */
export interface RedisPlace {
  port: number;
  dir: string;
  /** Added to the command line, after what every private server gets. */
  args: readonly string[];
}

/**
 * Starts a server on loopback that ends with this process, in a process group of its own (a terminal's
 * Ctrl-C does not reach it). Call `redisIsReady` next. Its log goes to the child's stdout.
 */
export function spawnRedis(program: Program, place: RedisPlace): ChildProcess {
  const own = ['--port', String(place.port), '--bind', '127.0.0.1', '--dir', place.dir];
  return spawnGuarded({
    command: program.command,
    args: [...own, '--save', '', ...place.args],
    env: { PATH: process.env['PATH'], ...program.env },
    endWith: 'TERM',
  });
}

/**
 * Resolves once this very server answers on the port. Rejects when it ended first, or when the port
 * belongs to another server.
 */
export async function redisIsReady(server: ChildProcess, port: number): Promise<void> {
  const probe = new Redis(port, '127.0.0.1', {
    maxRetriesPerRequest: null,
    retryStrategy: () => 10,
  });
  probe.on('error', () => undefined);
  const log = readLog(server);
  // 'close' comes after the last line was read, 'exit' may come before.
  const ended = once(server, 'close').then(([code]: (number | null)[]) => {
    const why = log.lines().trim();
    throw new Error(`redis-server ended with code ${code} before it was ready on ${port}: ${why}`);
  });
  try {
    const pid = await Promise.race([processIdOf(probe), ended]);
    if (pid !== server.pid) throw new Error(`port ${port} is taken by another Redis (pid ${pid})`);
  } finally {
    ended.catch(() => undefined);
    probe.disconnect();
    log.stop();
  }
}

/** The last of what a server writes, until it is ready. */
function readLog({ stdout, stderr }: ChildProcess): { lines(): string; stop(): void } {
  let text = '';
  const read = (chunk: Buffer | string): void => {
    text = `${text}${String(chunk)}`.slice(-2_000);
  };
  for (const output of [stdout, stderr]) output?.on('data', read);
  return {
    lines: () => text,
    stop() {
      for (const output of [stdout, stderr]) output?.off('data', read);
    },
  };
}

async function processIdOf(redis: Redis): Promise<number> {
  for (;;) {
    try {
      const info = await redis.info('server');
      return Number(/^process_id:(\d+)/m.exec(info)?.[1]);
    } catch (error) {
      // A server that is reading its append-only file answers LOADING until it is through.
      if (!(error instanceof Error) || !error.message.startsWith('LOADING')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
