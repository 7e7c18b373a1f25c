import type { SessionStore } from 'telegraf/session';
import type { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import type { VersionedSessionStore } from './stores/session-store.js';
import { checkVersions, type SessionMigrations } from './versions.js';

/** Options of `session`. All are optional. */
export interface SessionOptions<S, C extends TurnContext, P extends string> {
  /** The context's property that holds the session. Default `session`. */
  property?: P;
  /**
   * Returns the session of a user who has none yet; each turn gets a copy. If it takes no parameters, it is also called
   * when the bot is built, so that a default that JSON cannot hold is refused at once. By default such a user's `ctx.session` is undefined.
   */
  defaultSession?: (ctx: NoInfer<C>) => S;
  /**
   * Returns the session's key, or undefined for no session. Default `perUserInChat`: the sender, in this lane. Without
   * a `store`, a key must begin with the turn's lane and a colon, because only then can no two turns use it at once.
   */
  getSessionKey?: (ctx: NoInfer<C>) => string | undefined | Promise<string | undefined>;
  /**
   * Another store, which has at least Telegraf's interface. It is written when the handlers are done, before the lane's
   * commit. By default sessions are kept in Redis and written by that commit.
   */
  store?: SessionStore<S> | VersionedSessionStore<unknown>;
  /**
   * Seconds for which an unused session is kept; 0 keeps it forever. Default: the deployment's setting. Has no effect
   * on a store that has only Telegraf's interface.
   */
  ttlSeconds?: number;
  /**
   * The maximum size of a session, in bytes of UTF-8 JSON. Default 65,536. The whole session is read and written with
   * every update of its chat: at that size, a thousand updates a second move 64 MB/s to and from Redis. Keep data that
   * grows in a database.
   */
  maxBytes?: number;
  /** The version of the session's shape. Raise it together with a new step in `migrations`. Default 1, the first. */
  version?: number;
  /**
   * The steps to versions 2, 3, ... A stored session runs through those it needs, in order, before its schema reads it.
   */
  migrations?: SessionMigrations;
  /**
   * Reads stored sessions, and validates what handlers wrote: the schema must accept the session's JSON. A stored
   * session that it rejects is set aside, and the default takes its place. Telegraf's `__scenes` is not validated. A
   * Date, or any object with a `toJSON`, is accepted where the schema reads it back as such: `z.coerce.date()`.
   */
  schema?: z.ZodType<S>;
}

const DEFAULT_MAX_BYTES = 65_536;

/** A hundred years, the maximum that lanes allow. */
const LONGEST_TTL_SECONDS = 3_155_760_000;

/** The validated options, with defaults filled in. */
export interface SessionRules<S> {
  property: string;
  maxBytes: number;
  version: number;
  migrations: SessionMigrations;
  schema: z.ZodType<S> | undefined;
}

/** @throws RangeError naming the property and the invalid option */
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
        `ttlSeconds is ${ttlSeconds}: it must be a whole number of seconds, from 0 (forever) to ${LONGEST_TTL_SECONDS}`,
      );
    }
  } catch (error) {
    if (error instanceof Error) error.message = `session of ctx.${property}: ${error.message}`;
    throw error;
  }
  return { property, maxBytes, version, migrations, schema };
}
