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
