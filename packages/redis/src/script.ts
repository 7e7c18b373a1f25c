import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from './connect.js';

/** An argument of a script. */
export type ScriptArg = string | number | Buffer;

/** The part of a connection that scripts need. */
export type Connection = Pick<Redis, 'callBuffer'>;

/** A Lua script bound to a file, with a typed reply. */
export interface Script<Reply> {
  /** The Lua text, including the shared files. */
  readonly source: string;
  /** Takes one round trip (EVALSHA), or two when the server does not know the script yet (EVAL). */
  run(redis: Connection, keys: readonly string[], args: readonly ScriptArg[]): Promise<Reply>;
}

/**
 * Reads a `.lua` file and types its reply. Bulk strings arrive as Buffers, because a mailbox may hold bytes that are
 * not valid UTF-8; `parse` turns the raw reply into `Reply`. Files in `shared` are prepended: they define functions
 * that the script calls.
 */
export function defineScript<Reply>(
  file: URL,
  parse: (reply: unknown) => Reply,
  shared: readonly URL[] = [],
): Script<Reply> {
  const source = [...shared, file].map((part) => readFileSync(part, 'utf8')).join('\n');
  const sha = createHash('sha1').update(source).digest('hex');
  return {
    source,
    async run(redis, keys, args) {
      try {
        return parse(await redis.callBuffer('EVALSHA', sha, keys.length, ...keys, ...args));
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return parse(await redis.callBuffer('EVAL', source, keys.length, ...keys, ...args));
      }
    },
  };
}
