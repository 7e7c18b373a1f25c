/** What a store keeps of one session. */
export interface StoredSession {
  /** The session as JSON; undefined: it was cleared, or its life is over. */
  json: string | undefined;
  /** Goes up with each write. No two rows that were ever kept under one key have had the same (see `firstVersion`). */
  version: number;
  /** The event whose turn wrote it; undefined: nothing of that turn is to be undone any more. */
  writtenBy: string | undefined;
  /** The session as it was before that turn. */
  previousJson: string | undefined;
  /** Milliseconds it has left; undefined: for ever. */
  lifeMs: number | undefined;
}

/** What is to be kept of one session. `ttlSeconds` 0: for ever. */
export type SessionWrite = Pick<StoredSession, 'json' | 'writtenBy' | 'previousJson'> & {
  ttlSeconds: number;
};

/**
 * A place for sessions outside Redis that can compare and set: what `createSessionStore` makes a store of.
 * Every operation is one atomic step of the database.
 */
export interface SessionTable {
  /** Undefined: nothing is kept under `key`. */
  read(key: string): Promise<StoredSession | undefined>;
  /**
   * Writes if the stored version is `expected` (0: nothing is kept under `key`), and answers the new version: one more, or
   * `firstVersion()` for a new row. Undefined: another version is stored, and nothing was written. With `json` undefined
   * the row stays for `CLEARED_SECONDS`, for turns that are repeated.
   */
  write(key: string, session: SessionWrite, expected: number): Promise<number | undefined>;
  /**
   * Takes away what a row holds, whatever its version. An empty row with a version of its own stays for `CLEARED_SECONDS`,
   * so that a turn that was frozen meanwhile cannot write. False: there was nothing.
   */
  remove(key: string): Promise<boolean>;
  /** All sessions there are, in the order of their keys; those that were cleared or have expired are left out. */
  entries(): AsyncIterable<StoredSession & { key: string }>;
}

/** How long a cleared session's row is kept: as long as update_ids are remembered. */
export const CLEARED_SECONDS = 48 * 3_600;

/**
 * The version of a row that is new: microseconds of the process's clock, its last three digits at random. With 1 the
 * versions of a session that was deleted would come again, and with them the right to write for a turn that froze before.
 */
export function firstVersion(): number {
  return Date.now() * 1_000 + Math.floor(Math.random() * 1_000);
}

/** Another turn wrote the session since this one read it. Nothing was written: the turn has to be tried again. */
export class StaleSessionError extends Error {
  override readonly name = 'StaleSessionError';
  /** Read by `nextActionAfter` and by the worker. */
  readonly nextAction = 'retry';
  constructor(
    /** Of the lane whose turn came too late. */
    readonly lane: string,
  ) {
    super(
      `A session of lane ${lane} was written by another turn since this one read it. ` +
        'Nothing was overwritten: try the turn again.',
    );
  }
}
