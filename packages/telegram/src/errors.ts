/** What every failed call carries. The token and the call's payload are never in it. */
interface CallFailure {
  /** The Bot API method, as `sendMessage`. */
  method: string;
  /** Telegram's words, or those of the network. Quoted parts of a user's text are left out. */
  description: string;
  /** Telegram's `error_code`; absent when no answer arrived. */
  errorCode?: number | undefined;
  cause?: unknown;
}

/** A failed call. Its subclasses are named after what to do next; the field `nextAction` says the same to other packages. */
export abstract class CallError extends Error {
  abstract readonly nextAction: 'never' | 'retry' | 'retry-after' | 'over';
  readonly method: string;
  readonly description: string;
  readonly errorCode: number | undefined;

  constructor({ method, description, errorCode, cause }: CallFailure) {
    const code = errorCode === undefined ? '' : `${errorCode} `;
    super(`${method} failed: ${code}${description}`, cause === undefined ? {} : { cause });
    this.method = method;
    this.description = description;
    this.errorCode = errorCode;
  }
}

/** Trying again cannot help: the user blocked the bot, the chat is gone, the request is wrong. */
export class NeverRetryError extends CallError {
  override readonly name = 'NeverRetryError';
  readonly nextAction = 'never';
  /** The supergroup that this group has become (`group chat was upgraded to a supergroup chat`). */
  readonly migrateToChatId: number | undefined;

  constructor(failure: CallFailure & { migrateToChatId?: number | undefined }) {
    super(failure);
    this.migrateToChatId = failure.migrateToChatId;
  }
}

/** The road is broken for now: no connection, no answer, an error of the server (5xx), another poller (409). */
export class RetryError extends CallError {
  override readonly name = 'RetryError';
  readonly nextAction = 'retry';
  /** Telegram may have carried the call out all the same: sent again, a message can appear twice. */
  readonly maybeSent: boolean;

  constructor(failure: CallFailure & { maybeSent: boolean }) {
    super(failure);
    this.maybeSent = failure.maybeSent;
  }
}

/** Not before `retryAfterMs`: a flood wait (429) longer than the road waits by itself, or a refused token (401). */
export class RetryAfterError extends CallError {
  override readonly name = 'RetryAfterError';
  readonly nextAction = 'retry-after';
  /** Milliseconds from now. */
  readonly retryAfterMs: number;

  constructor(failure: CallFailure & { retryAfterMs: number }) {
    super(failure);
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** The turn is over (deadline, cancelled, lease lost, shutting down): it can send nothing more. */
export class TurnOverError extends CallError {
  override readonly name = 'TurnOverError';
  readonly nextAction = 'over';

  constructor(failure: Pick<CallFailure, 'method' | 'cause'>) {
    super({ ...failure, description: 'the turn is over, nothing more is sent' });
  }
}
