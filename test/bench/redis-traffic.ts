import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Redis } from '@chatlane/redis';

/** The commands that a Redis received in a period. */
export interface RedisTraffic {
  /** Round trips by what clients sent: our scripts by name, BullMQ's scripts as `bullmq`, other commands by name. */
  sent: Map<string, number>;
  /** All executed commands, including those called by scripts. */
  commands: number;
}

const LUA = new URL('../../packages/lanes/lua/', import.meta.url);

/** Shared files; a script is prefixed with some of them, in some order. */
const SHARED = ['../../redis/lua/batch', 'advance', 'can-migrate', 'put-in-order', 'wake-stranded'];

/** Our scripts by the hash under which clients call them, for every choice of shared files. */
function scriptsByHash(): Map<string, string> {
  const read = (name: string): string => readFileSync(new URL(`${name}.lua`, LUA), 'utf8');
  const hash = (source: string): string => createHash('sha1').update(source).digest('hex');
  const fronts = orders(SHARED.map(read));
  return new Map(
    readdirSync(LUA).flatMap((file): [string, string][] => {
      const name = file.replace(/\.lua$/, '');
      return fronts.map((front) => [hash([...front, read(name)].join('\n')), name]);
    }),
  );
}

/** Every choice of `parts`, in every order. */
function orders(parts: readonly string[]): string[][] {
  const longer = parts.flatMap((first) =>
    orders(parts.filter((part) => part !== first)).map((rest) => [first, ...rest]),
  );
  return [[], ...longer];
}

const LINE = /^\+?\d+\.\d+ \[\d+ (\S+)\] "([^"]*)"(?: "([^"]*)")?/;

/**
 * Watches a Redis with MONITOR, which marks the commands of scripts. Uses a plain socket, because ioredis 6 mistakes the
 * lines for replies to its own commands.
 */
export async function watchTraffic(
  redis: Redis,
  port: number,
): Promise<{ stop(): Promise<RedisTraffic> }> {
  const names = scriptsByHash();
  const traffic: RedisTraffic = { sent: new Map(), commands: 0 };
  const marker = `traffic-ends-${process.pid}`;
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface({ input: socket });
  const end = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const [, source, command = '', argument = ''] = LINE.exec(line) ?? [];
      if (source === undefined) return;
      if (argument === marker) return resolve();
      traffic.commands += 1;
      if (source === 'lua') return;
      const isScript = command.toLowerCase().startsWith('eval');
      const name = isScript ? (names.get(argument) ?? 'bullmq') : command.toLowerCase();
      traffic.sent.set(name, (traffic.sent.get(name) ?? 0) + 1);
    });
  });
  socket.write('MONITOR\r\n');
  await once(lines, 'line');
  return {
    async stop() {
      // The marker is last in the stream, so everything before it has been counted.
      await redis.echo(marker);
      await end;
      socket.destroy();
      return traffic;
    },
  };
}
