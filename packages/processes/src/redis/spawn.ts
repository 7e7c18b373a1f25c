import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { spawnGuarded } from '../guarded-process.js';
import type { Program } from '../debian/unpacked.js';

/** Where a private server runs, and with which arguments. */
export interface RedisPlace {
  /** The loopback port to listen on. */
  port: number;
  /** The data folder. */
  dir: string;
  /** Added to the command line, after the arguments of every private server. */
  args: readonly string[];
}

/**
 * Starts a server on loopback that ends with this process, in a separate process group (a terminal's Ctrl-C does not reach
 * it). Call `redisIsReady` next. Its log goes to the child's stdout.
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
 * Resolves once this server answers on the port. Rejects if the server ends first, or if another one uses the port.
 */
export async function redisIsReady(server: ChildProcess, port: number): Promise<void> {
  const probe = new Redis(port, '127.0.0.1', {
    maxRetriesPerRequest: null,
    retryStrategy: () => 10,
  });
  probe.on('error', () => undefined);
  const log = readLog(server);
  // 'close' is emitted after the last line has been read; 'exit' may be emitted before.
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

/** The last lines that a server writes before it is ready. */
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
      // A server answers LOADING until it has read its append-only file.
      if (!(error instanceof Error) || !error.message.startsWith('LOADING')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
