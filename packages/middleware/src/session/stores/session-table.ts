/** One session as a store keeps it. */
export interface StoredSession {
  /** The session as JSON. Undefined when it was cleared or has expired. */
  json: string | undefined;
  /**
   * Increases with each write, and never repeats under one key, even after the row was deleted (see `firstVersion`).
   */
  version: number;
  /** The id of the event whose turn wrote it last. Undefined when that write can no longer be undone. */
  writtenBy: string | undefined;
  /** The session as JSON before that turn. */
  previousJson: string | undefined;
  /** Milliseconds until it expires. Undefined: never. */
  lifeMs: number | undefined;
}

/** What `SessionTable.write` stores. With `ttlSeconds` 0 the session never expires. */
export type SessionWrite = Pick<StoredSession, 'json' | 'writtenBy' | 'previousJson'> & {
  ttlSeconds: number;
};

/**
 * Sessions in a database that supports compare-and-set. `createSessionStore` makes a store of it. Each operation must
 * be atomic in the database.
 */
export interface SessionTable {
  /** Returns undefined when there is no row under `key`. */
  read(key: string): Promise<StoredSession | undefined>;
  /**
   * Writes if the stored version is `expected` (0: there is no row under `key`). Returns the new version: one more, or
   * `firstVersion()` for a new row. Returns undefined, and writes nothing, when another version is stored. With `json`
   * undefined the row is kept for `CLEARED_SECONDS`, for turns that are repeated.
   */
  write(key: string, session: SessionWrite, expected: number): Promise<number | undefined>;
  /**
   * Clears a row whatever its version. The empty row, with a new version, is kept for `CLEARED_SECONDS`, so that a turn
   * that was frozen meanwhile cannot write. Returns false when there was nothing to clear.
   */
  remove(key: string): Promise<boolean>;
  /** Iterates over all sessions in the order of their keys, without those that were cleared or have expired. */
  entries(): AsyncIterable<StoredSession & { key: string }>;
}

/** How long the row of a cleared session is kept: 48 hours, as long as update_ids are remembered. */
export const CLEARED_SECONDS = 48 * 3_600;

/**
 * Returns the version for a new row: the process's clock in microseconds, with the last three digits random. If each
 * row began with version 1, the versions of a deleted session would repeat, and a turn that froze before could write
 * again.
 */
export function firstVersion(): number {
  return Date.now() * 1_000 + Math.floor(Math.random() * 1_000);
}

/** Another turn wrote the session after this one had read it. Nothing was written, and the turn has to be retried. */
export class StaleSessionError extends Error {
  override readonly name = 'StaleSessionError';
  /** For `nextActionAfter` and the worker. */
  readonly nextAction = 'retry';
  constructor(
    /** The lane whose turn came too late. */
    readonly lane: string,
  ) {
    super(
      `A session of lane ${lane} was written by another turn since this one read it. ` +
        'Nothing was overwritten: try the turn again.',
    );
  }
}
