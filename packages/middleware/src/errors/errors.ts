/** Throw this when retrying cannot help. The event becomes a dead letter at once. */
export class NeverRetryError extends Error {
  override name = 'NeverRetryError';
  /** Retrying cannot help. */
  readonly nextAction = 'never';
}

/** Throw this to retry the event after a wait, which does not count as an attempt. */
export class RetryAfterError extends Error {
  override name = 'RetryAfterError';
  /** The event is retried after a delay. */
  readonly nextAction = 'retry-after';

  constructor(
    message: string,
    /** How long the event waits, in milliseconds. */
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The outcome of an effect is unknown and its `onUnknown` is `ask`: the chat is paused until an operator decides. */
export class EffectUndecidedError extends Error {
  override name = 'EffectUndecidedError';
  /** The lane is paused until an operator decides. */
  readonly nextAction = 'ask';

  constructor(effect: string) {
    super(`An operator has to decide whether the effect ${effect} has happened.`);
  }
}
