import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from './connect.js';

export type ScriptArg = string | number | Buffer;

/** What a script is sent on. */
export type Connection = Pick<Redis, 'callBuffer'>;

/** A Lua script bound to a file, with a typed reply. */
export interface Script<Reply> {
  readonly source: string;
  /** Runs in one round trip: EVALSHA, and EVAL once when the server does not know the script yet. */
  run(redis: Connection, keys: readonly string[], args: readonly ScriptArg[]): Promise<Reply>;
}

/**
 * Reads a `.lua` file and types its reply. Bulk strings arrive as Buffers, because a
 * mailbox may hold bytes that are not valid UTF-8; `parse` turns the raw reply into `Reply`.
 * Files in `shared` are put in front: they define the functions the script calls.
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
