import { TelegramError } from 'telegraf';

/** What every failed call carries. The token and what users wrote are never in it. */
interface CallFailure {
  /** The Bot API method, as `sendMessage`. */
  method: string;
  /** Telegram's words, or those of the network. Quoted parts of a user's text are left out. */
  description: string;
  /** Telegram's `error_code`; absent when no answer arrived. */
  errorCode?: number | undefined;
  /** What Telegram says besides: `retry_after`, `migrate_to_chat_id`. */
  parameters?: TelegramError['parameters'] | undefined;
  /** The fields of the call that name a chat, a message or a user; see `identifyingFields`. */
  identifying?: Readonly<Record<string, unknown>> | undefined;
  cause?: unknown;
}

/** The class that an error was made with, which `instanceof` asks for. */
const madeBy = Symbol('made by');

/**
 * A failed call. Its subclasses are named after what to do next; the field `nextAction` says the same to other
 * packages.
 *
 * Where Telegram answered with an error, it is a `TelegramError` of Telegraf as well, with `code`, `description`,
 * `parameters`, `response` and `on`. Unlike Telegraf's, `on.payload` holds no more than the fields that name a chat,
 * a message or a user: the others may hold what users wrote.
 */
export abstract class CallError extends Error {
  abstract readonly nextAction: 'never' | 'retry' | 'retry-after' | 'over';
  readonly method: string;
  readonly description: string;
  readonly errorCode: number | undefined;

  constructor({ method, description, errorCode, parameters, identifying, cause }: CallFailure) {
    const code = errorCode === undefined ? '' : `${errorCode} `;
    super(`${method} failed: ${code}${description}`, cause === undefined ? {} : { cause });
    this.method = method;
    this.description = description;
    this.errorCode = errorCode;
    Object.defineProperty(this, madeBy, { value: new.target });
    if (errorCode === undefined) return;
    const response = { error_code: errorCode, description, ...(parameters && { parameters }) };
    Object.assign(this, { response, on: { method, payload: identifying ?? {} } });
    // An object has one line of ancestors: this one leads to TelegramError, and `instanceof` of ours reads `madeBy`.
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

/** Trying again cannot help: the user blocked the bot, the chat is gone, the request or a file of it is wrong. */
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

/** Telegram cannot be reached for now: no connection, no answer, an error of the server (5xx), another poller (409). */
export class RetryError extends CallError {
  override readonly name: string = 'RetryError';
  readonly nextAction = 'retry';
  /**
   * Whether Telegram may have carried the call out all the same: sent again, a message can appear twice.
   *
   * False when no whole request left, and for the answers 500, 502 and 503; true for a lost answer, 504 and others.
   * Telegram documents none of this: to count 500, 502 and 503 as "nothing was done" is this package's choice.
   */
  readonly maybeSent: boolean;

  constructor(failure: CallFailure & { maybeSent: boolean }) {
    super(failure);
    this.maybeSent = failure.maybeSent;
  }
}

/** Telegram has been away for so long that the call was not sent. The turn goes on when Telegram is back. */
export class TelegramAwayError extends RetryError {
  override readonly name = 'TelegramAwayError';

  constructor({ method }: Pick<CallFailure, 'method'>) {
    super({ method, description: 'Telegram is away, and nothing was sent', maybeSent: false });
  }
}

/** Not before `retryAfterMs`: a flood wait (429) longer than the client waits by itself, or a refused token (401). */
export class RetryAfterError extends CallError {
  override readonly name = 'RetryAfterError';
  readonly nextAction = 'retry-after';
  /** Milliseconds from now. */
  readonly retryAfterMs: number;
  /** False: only another chat than the turn's own has to wait. True also where all chats have to. */
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
 * The answer to the call was lost, and the call is not sent again: it may have been carried out or not. With
 * `at-least-once` it had been sent twice.
 */
export class OutcomeUnknownError extends CallError {
  override readonly name = 'OutcomeUnknownError';
  readonly nextAction = 'never';

  constructor(failure: Pick<CallFailure, 'method'>) {
    super({ ...failure, description: 'the answer was lost, so it may or may not have been done' });
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
