/** A session grew beyond `maxBytes`. The turn fails and none of its sessions is saved. Retrying cannot help. */
export class SessionTooLargeError extends Error {
  override readonly name = 'SessionTooLargeError';
  /** The event is given up at once. */
  readonly nextAction = 'never';

  constructor(
    /** The context's property that holds the session. */
    readonly property: string,
    /** The size of the session as UTF-8 JSON. */
    readonly bytes: number,
    /** The limit in bytes, from the session's options. */
    readonly maxBytes: number,
  ) {
    super(`ctx.${property} is ${bytes} bytes as JSON: at most ${maxBytes} are kept (maxBytes)`);
  }
}

/**
 * A handler wrote something that the session's schema rejects, or that JSON cannot hold, such as NaN or a Set. The turn
 * fails and none of its sessions is saved. For a default session that needs no context, the error is thrown when the
 * bot is built.
 */
export class SessionInvalidError extends Error {
  override readonly name = 'SessionInvalidError';
  /** The event is given up at once. */
  readonly nextAction = 'never';

  constructor(
    /** The context's property that holds the session. */
    readonly property: string,
    /** Where, for example `profile.age` or `items[2].price`. Never contains values, or keys that are data. */
    readonly paths: readonly string[],
    message: string,
  ) {
    super(message);
  }
}

/**
 * Newer code wrote the session: a deploy is under way, or was rolled back. While a worker with that code is alive, the
 * event waits for it, and the wait does not count as an attempt (`retry-after`). Otherwise it is retried like any
 * failure.
 */
export class SessionNewerError extends Error {
  override readonly name = 'SessionNewerError';
  /** `retry-after` while a worker of the newer version is alive. */
  readonly nextAction: 'retry' | 'retry-after';
  /** How long the event waits when `nextAction` is `retry-after`. */
  readonly retryAfterMs = 2_000;

  constructor(
    /** The context's property that holds the session. */
    readonly property: string,
    /** The version of the stored session. */
    readonly storedVersion: number,
    /** The version that this code knows. */
    readonly version: number,
    isNewerAlive: boolean,
  ) {
    super(
      `ctx.${property} is stored in version ${storedVersion}, but this code knows only version ${version}: a worker with newer code is needed`,
    );
    this.nextAction = isNewerAlive ? 'retry-after' : 'retry';
  }
}
