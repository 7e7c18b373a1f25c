/** A session grew beyond `maxBytes`. The turn fails with nothing of it kept; trying again cannot help. */
export class SessionTooLargeError extends Error {
  override readonly name = 'SessionTooLargeError';
  readonly nextAction = 'never';

  constructor(
    readonly property: string,
    /** What the session would take, as UTF-8 JSON. */
    readonly bytes: number,
    readonly maxBytes: number,
  ) {
    super(`ctx.${property} is ${bytes} bytes as JSON: at most ${maxBytes} are kept (maxBytes)`);
  }
}

/**
 * A handler wrote what its session's schema does not accept, or what JSON cannot hold, such as NaN or a Set. The turn
 * fails with nothing of it kept. For a default session: when the bot is built, if it needs no context.
 */
export class SessionInvalidError extends Error {
  override readonly name = 'SessionInvalidError';
  readonly nextAction = 'never';

  constructor(
    readonly property: string,
    /** Where, for example `profile.age` or `items[2].price`; values and keys made of data are never in it. */
    readonly paths: readonly string[],
    message: string,
  ) {
    super(message);
  }
}

/**
 * Newer code wrote the session: a deploy is under way, or was rolled back. While a worker of that code is alive the event
 * waits for it, and the wait is not counted as an attempt (`retry-after`); else it is tried again as after any failure.
 */
export class SessionNewerError extends Error {
  override readonly name = 'SessionNewerError';
  readonly nextAction: 'retry' | 'retry-after';
  /** Read with `retry-after`. */
  readonly retryAfterMs = 2_000;

  constructor(
    readonly property: string,
    readonly storedVersion: number,
    readonly version: number,
    isNewerAlive: boolean,
  ) {
    super(
      `ctx.${property} is stored in version ${storedVersion}, this code knows version ${version}: a worker of the newer code can go on`,
    );
    this.nextAction = isNewerAlive ? 'retry-after' : 'retry';
  }
}
