/** What a store keeps of one session. */
export interface StoredSession {
  /** The session as JSON; undefined: it was cleared, or its life is over. */
  json: string | undefined;
  /** Counts the writes of this session from 1 on. */
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
   * Writes if the stored version is `expected` (0: nothing is kept under `key`), and makes it one more. False: it is
   * not, and nothing was written. With `json` undefined the row stays for `CLEARED_SECONDS`, for turns that are repeated.
   */
  write(key: string, session: SessionWrite, expected: number): Promise<boolean>;
  /** Takes away the row itself, whatever its version. False: there was none. */
  remove(key: string): Promise<boolean>;
  /** All sessions there are, in the order of their keys; those that were cleared or have expired are left out. */
  entries(): AsyncIterable<StoredSession & { key: string }>;
}

/** How long a cleared session's row is kept: as long as update_ids are remembered. */
export const CLEARED_SECONDS = 48 * 3_600;

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
