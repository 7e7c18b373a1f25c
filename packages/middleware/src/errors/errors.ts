/** Trying again cannot help: the event is buried at once. */
export class NeverRetryError extends Error {
  override name = 'NeverRetryError';
  readonly nextAction = 'never';
}

/** The event is tried again after a stated wait, which counts as no attempt. */
export class RetryAfterError extends Error {
  override name = 'RetryAfterError';
  readonly nextAction = 'retry-after';

  constructor(
    message: string,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An effect may or may not have happened, and its author wants an operator to decide: the chat is paused until then. */
export class EffectUndecidedError extends Error {
  override name = 'EffectUndecidedError';
  readonly nextAction = 'ask';

  constructor(effect: string) {
    super(`An operator has to decide whether the effect ${effect} has happened.`);
  }
}
