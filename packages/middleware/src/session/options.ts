import type { SessionStore } from 'telegraf/session';
import type { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import type { VersionedSessionStore } from './stores/session-store.js';
import { checkVersions, type SessionMigrations } from './versions.js';

export interface SessionOptions<S, C extends TurnContext, P extends string> {
  /** The context's property that holds the session. Default `session`. */
  property?: P;
  /**
   * The session of a user who has none yet, copied for each turn. A function without parameters is also called when
   * the bot is built, to refuse what JSON cannot hold. Default: none, `ctx.session` is undefined.
   */
  defaultSession?: (ctx: NoInfer<C>) => S;
  /**
   * Default: the event's own key, which is that of its sender in its lane (`perUserInChat`). Undefined: no session. With
   * the turn's own sessions a key must begin with its lane and a colon, as only then no two turns can hold it at once.
   */
  getSessionKey?: (ctx: NoInfer<C>) => string | undefined | Promise<string | undefined>;
  /**
   * Another store, with Telegraf's interface. It is written when the handlers are done, before the lane's commit.
   * Default: the turn's own sessions, which are part of that commit.
   */
  store?: SessionStore<S> | VersionedSessionStore<unknown>;
  /**
   * Seconds an unused session is kept, 0 for ever. Default: the deployment's setting. A store with no more than
   * Telegraf's interface keeps sessions as long as it likes.
   */
  ttlSeconds?: number;
  /**
   * Most bytes of a session as UTF-8 JSON. Default 65,536: a session travels whole with every update of its chat, so a
   * thousand updates a second of that size are 64 MB/s from Redis and back. What grows belongs into a database.
   */
  maxBytes?: number;
  /** The version of the session's shape, 1 for the first. Raise it with a step in `migrations`. Default 1. */
  version?: number;
  /** The steps to versions 2, 3, ... A stored session takes those it needs, in order, before its schema reads it. */
  migrations?: SessionMigrations;
  /**
   * Reads a stored session, and checks what handlers wrote: the JSON of a session must be what the schema takes. A
   * stored one that does not fit is put aside, and the default takes its place. Telegraf's `__scenes` passes unread.
   * A Date, or another object with a `toJSON`, is kept where the schema reads it back as such: `z.coerce.date()`.
   */
  schema?: z.ZodType<S>;
}

const DEFAULT_MAX_BYTES = 65_536;

/** A hundred years; the lanes allow no more. */
const LONGEST_TTL_SECONDS = 3_155_760_000;

/** What the options say, with the defaults filled in. */
export interface SessionRules<S> {
  property: string;
  maxBytes: number;
  version: number;
  migrations: SessionMigrations;
  schema: z.ZodType<S> | undefined;
}

/** @throws RangeError or TypeError naming the property and the option that is wrong */
export function readOptions<S, C extends TurnContext, P extends string>(
  options: SessionOptions<S, C, P>,
): SessionRules<S> {
  const { property = 'session', maxBytes = DEFAULT_MAX_BYTES, ttlSeconds = 0 } = options;
  const { version = 1, migrations = {}, schema } = options;
  try {
    checkVersions(version, migrations);
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
      throw new RangeError(
        `maxBytes is ${maxBytes}: it must be a whole number of bytes, 1 or more`,
      );
    }
    if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > LONGEST_TTL_SECONDS) {
      throw new RangeError(
        `ttlSeconds is ${ttlSeconds}: it must be a whole number of seconds, from 0 (for ever) to ${LONGEST_TTL_SECONDS}`,
      );
    }
  } catch (error) {
    if (error instanceof Error) error.message = `session of ctx.${property}: ${error.message}`;
    throw error;
  }
  return { property, maxBytes, version, migrations, schema };
}
