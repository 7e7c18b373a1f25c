import { setImmediate as macrotask } from 'node:timers/promises';
import type { Middleware } from 'telegraf';
import { authorsFrame, currentStack } from '../bot-module/authors-frame.js';
import type { Notice } from './inert-methods.js';

/** How many turns record where handlers are started, which is too slow for every turn. */
const RECORDED_TURNS = 100;

type Handler = (ctx: object, next: () => Promise<void>) => unknown;

interface ComposerClass {
  compose: (middlewares: readonly Middleware<never>[]) => Handler;
  unwrap: (middleware: Middleware<never>) => Handler;
}

const followedBy = Symbol('handlers of the turn');

interface Followed {
  [followedBy]?: TurnHandlers;
}

/** Follows the handlers of turns, whether or not the handler that called `next()` awaits them. */
export interface HandlerTracking {
  /** Patches the `Composer` of a copy of Telegraf. */
  patch(composer: ComposerClass): void;
  /** Follows the handlers that are called with this context. */
  begin(ctx: object, settleCalls: () => Promise<void>): TurnHandlers;
  /** Whether an unhandled rejection comes from a handler that was not awaited. If so, its turn fails. */
  failsTurn(reason: unknown): boolean;
}

export function createHandlerTracking(notice: Notice): HandlerTracking {
  const turns = new WeakMap<object, TurnHandlers>();
  let turnsToRecord = RECORDED_TURNS;

  function onUnawaited(stack: string): void {
    const place = authorsFrame(stack);
    const isKnown = place !== undefined;
    const start = isKnown ? `What ${place} starts` : 'What a handler starts';
    notice(
      `unawaited ${place}`,
      `${start} is not awaited: return or await next(), ctx.scene.enter() and the like.`,
    );
    if (!isKnown) turnsToRecord = RECORDED_TURNS;
  }

  function follow(middleware: Middleware<never>, unwrap: ComposerClass['unwrap']): Handler {
    return function followed(ctx: Followed & object, next) {
      const handler = unwrap(middleware);
      return ctx[followedBy] ? ctx[followedBy].run(handler, ctx, next) : handler(ctx, next);
    };
  }

  return {
    patch(composer) {
      const { compose, unwrap } = composer;
      composer.compose = (middlewares) => {
        // The first one needs no tracking: the composed handler awaits it, and is itself followed by its caller.
        const followed = (each: Middleware<never>, index: number): Middleware<never> =>
          index === 0 ? each : (follow(each, unwrap) as Middleware<never>);
        return compose(Array.isArray(middlewares) ? middlewares.map(followed) : middlewares);
      };
    },
    begin(ctx, settleCalls) {
      const records = turnsToRecord > 0;
      if (records) turnsToRecord -= 1;
      const turn = new TurnHandlers({ records, turns, onUnawaited, settleCalls });
      (ctx as Followed)[followedBy] = turn;
      return turn;
    },
    failsTurn(reason) {
      return reason instanceof Object && (turns.get(reason)?.fail(reason) ?? false);
    },
  };
}

interface TurnHandlersOptions {
  records: boolean;
  /** Keyed by the errors of their handlers. */
  turns: WeakMap<object, TurnHandlers>;
  onUnawaited: (stack: string) => void;
  /** Resolves when the turn has no pending calls. */
  settleCalls: () => Promise<void>;
}

/** The handlers of the turn that a context belongs to. */
export function handlersOf(ctx: object): TurnHandlers | undefined {
  return (ctx as Followed)[followedBy];
}

/** The running handlers of one turn, each with a number. A handler's number is larger than that of its caller. */
export class TurnHandlers {
  readonly #options: TurnHandlersOptions;
  readonly #running = new Map<number, string>();
  #waiting: (() => void)[] = [];
  #last = 0;
  #failure: { error: unknown } | undefined;
  #isOver = false;

  constructor(options: TurnHandlersOptions) {
    this.#options = options;
  }

  /** The number of the handler that was started last. */
  get last(): number {
    return this.#last;
  }

  async run(handler: Handler, ctx: object, next: () => Promise<void>): Promise<void> {
    const number = (this.#last += 1);
    this.#running.set(number, this.#options.records ? currentStack() : '');
    try {
      await handler(ctx, next);
    } catch (error) {
      if (error instanceof Object) this.#options.turns.set(error, this);
      throw error;
    } finally {
      this.#running.delete(number);
      this.#waiting.splice(0).forEach((wake) => wake());
    }
  }

  /**
   * Resolves when the handlers with larger numbers, and all calls, have ended. Call it when the code that started them
   * has ended: handlers that still run were started without being awaited.
   *
   * @throws the error of such a handler
   */
  async settledAfter(number: number): Promise<void> {
    const { settleCalls, onUnawaited } = this.#options;
    await settleCalls();
    const first = this.#firstAfter(number);
    if (first === undefined) return;
    onUnawaited(first);
    while (this.#firstAfter(number) !== undefined) {
      await new Promise<void>((wake) => this.#waiting.push(wake));
      await settleCalls();
    }
    // Node reports unhandled rejections before the next macrotask.
    await macrotask();
    if (this.#failure) throw this.#failure.error;
  }

  /** Makes the turn fail, unless it is over. */
  fail(error: unknown): boolean {
    if (this.#isOver) return false;
    this.#failure ??= { error };
    return true;
  }

  end(): void {
    this.#isOver = true;
  }

  /** The stack trace of the start of the first handler with a larger number. */
  #firstAfter(number: number): string | undefined {
    for (const [each, stack] of this.#running) if (each > number) return stack;
    return undefined;
  }
}
