import { TelegramError } from 'telegraf';

/** What every failed call carries. It never contains the token or text written by users. */
interface CallFailure {
  /** The Bot API method, such as `sendMessage`. */
  method: string;
  /** Telegram's description, or that of the network error, with quoted user text removed. */
  description: string;
  /** Telegram's `error_code`; undefined when there was no response. */
  errorCode?: number | undefined;
  /** Telegram's `parameters`: `retry_after`, `migrate_to_chat_id`. */
  parameters?: TelegramError['parameters'] | undefined;
  /** The fields of the call that name a chat, a message or a user; see `identifyingFields`. */
  identifying?: Readonly<Record<string, unknown>> | undefined;
  cause?: unknown;
}

/** Holds the class that the error was constructed with; `instanceof` reads it. */
const madeBy = Symbol('constructed by');

/**
 * A failed call. Its subclasses are named after what the caller should do next; `nextAction` says the same to packages
 * that cannot import the classes.
 *
 * If Telegram responded with an error, it is also an instance of Telegraf's `TelegramError`, with `code`,
 * `description`, `parameters`, `response` and `on`. Unlike Telegraf's, `on.payload` contains only fields that identify
 * a chat, a message or a user, because the others may contain text written by users. Without a response, `response` and
 * `on` exist as well, with an undefined `error_code`, so that `error.response.error_code === 403` cannot throw.
 */
export abstract class CallError extends Error {
  /** What the caller should do next: give up, retry, retry after a delay, or nothing because the turn is over. */
  abstract readonly nextAction: 'never' | 'retry' | 'retry-after' | 'over';
  /** The Bot API method, such as `sendMessage`. */
  readonly method: string;
  /** Telegram's description, or that of the network error, with quoted user text removed. */
  readonly description: string;
  /** Telegram's `error_code`; undefined when there was no response. */
  readonly errorCode: number | undefined;

  constructor({ method, description, errorCode, parameters, identifying, cause }: CallFailure) {
    const code = errorCode === undefined ? '' : `${errorCode} `;
    super(`${method} failed: ${code}${description}`, cause === undefined ? {} : { cause });
    this.method = method;
    this.description = description;
    this.errorCode = errorCode;
    Object.defineProperty(this, madeBy, { value: new.target });
    const response = { error_code: errorCode, description, ...(parameters && { parameters }) };
    Object.assign(this, { response, on: { method, payload: identifying ?? {} } });
    if (errorCode === undefined) return;
    // An object has a single prototype chain: this one leads to TelegramError, so our own `instanceof` reads `madeBy`.
    Object.setPrototypeOf(this, answeredPrototype(new.target));
  }

  static override [Symbol.hasInstance](this: unknown, value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(madeBy in value)) return false;
    const { [madeBy]: made } = value;
    return made === this || Object.prototype.isPrototypeOf.call(this as object, made as object);
  }
}

const answeredPrototypes = new Map<object, object>();

function answeredPrototype(constructor: object): object {
  let prototype = answeredPrototypes.get(constructor);
  if (prototype === undefined) {
    prototype = Object.create(TelegramError.prototype, {
      constructor: { value: constructor },
    }) as object;
    answeredPrototypes.set(constructor, prototype);
  }
  return prototype;
}

/** Retrying cannot help: the user blocked the bot, the chat is gone, or the request or one of its files is invalid. */
export class NeverRetryError extends CallError {
  override readonly name = 'NeverRetryError';
  /** Retrying cannot help. */
  readonly nextAction = 'never';
  /** The supergroup that this group was upgraded to (`group chat was upgraded to a supergroup chat`). */
  readonly migrateToChatId: number | undefined;

  constructor(failure: CallFailure & { migrateToChatId?: number | undefined }) {
    super(failure);
    this.migrateToChatId = failure.migrateToChatId;
  }
}

/** A temporary failure: no connection, no response, a server error (5xx), or another poller (409). */
export class RetryError extends CallError {
  override readonly name: string = 'RetryError';
  /** The caller may repeat the call at once. */
  readonly nextAction = 'retry';
  /**
   * Whether Telegram may have carried out the call anyway, so that sending it again could duplicate a message.
   *
   * False when no complete request was sent, and after 500, 502 and 503; true after a lost response, 504 and all
   * others. Telegram does not document this: treating 500, 502 and 503 as "not carried out" is this package's choice.
   */
  readonly maybeSent: boolean;

  constructor(failure: CallFailure & { maybeSent: boolean }) {
    super(failure);
    this.maybeSent = failure.maybeSent;
  }
}

/**
 * The call was not sent because Telegram has been unreachable for too long. Run the turn again when Telegram is back.
 */
export class TelegramAwayError extends RetryError {
  override readonly name = 'TelegramAwayError';

  constructor({ method }: Pick<CallFailure, 'method'>) {
    super({ method, description: 'Telegram is unreachable; nothing was sent', maybeSent: false });
  }
}

/**
 * Retry after `retryAfterMs`: a flood wait (429) that is longer than the client waits itself, or a rejected token
 * (401).
 */
export class RetryAfterError extends CallError {
  override readonly name = 'RetryAfterError';
  /** The event is retried after a delay. */
  readonly nextAction = 'retry-after';
  /** Milliseconds from now. */
  readonly retryAfterMs: number;
  /** False when only a chat other than the turn's own has to wait; true also when all chats have to. */
  readonly ofOwnChat: boolean;

  constructor(failure: CallFailure & { retryAfterMs: number; ofOwnChat?: boolean }) {
    const { errorCode, retryAfterMs } = failure;
    const parameters = { retry_after: Math.ceil(retryAfterMs / 1_000) };
    super(
      errorCode === 429 ? { ...failure, parameters: failure.parameters ?? parameters } : failure,
    );
    this.retryAfterMs = failure.retryAfterMs;
    this.ofOwnChat = failure.ofOwnChat ?? true;
  }
}

/**
 * The response was lost and the call is not sent again, so it is unknown whether it was carried out. With
 * `at-least-once` it was sent twice.
 */
export class OutcomeUnknownError extends CallError {
  override readonly name = 'OutcomeUnknownError';
  /** The caller must not repeat the call: it may have had its effect. */
  readonly nextAction = 'never';

  constructor(failure: Pick<CallFailure, 'method'>) {
    super({
      ...failure,
      description: 'the response was lost, so the call may or may not have been carried out',
    });
  }
}

/** The turn is over (deadline, cancelled, lease lost, shutting down), so nothing more can be sent. */
export class TurnOverError extends CallError {
  override readonly name = 'TurnOverError';
  /** The caller must stop: the turn is over. */
  readonly nextAction = 'over';

  constructor(failure: Pick<CallFailure, 'method' | 'cause'>) {
    super({ ...failure, description: 'the turn is over, so nothing more is sent' });
  }
}
