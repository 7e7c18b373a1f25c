import type { MiddlewareFn } from 'telegraf';
import { nextActionAfter, type NextAction } from '../turn/next-action.js';
import type { TurnContext } from '../turn/turn.js';

/** A turn that failed, and what becomes of its event. */
export interface Failure {
  error: unknown;
  /** `retry` and `retry-after`: it is tried again in its order. `never`: it is buried. */
  next: Exclude<NextAction, 'over'>;
}

export interface ErrorBoundaryOptions<C extends TurnContext> {
  /** What the user hears about the failure; undefined: nothing. The session may not have been read yet. */
  words: (ctx: C, failure: Failure) => string | undefined;
}

/**
 * The last word on a failed turn; stands first. Every error goes on to the worker, which retries or buries the event
 * as the error asks for, except those that mean that nobody is there to answer: they end the turn, and nothing of its
 * session is kept. The user hears one apology, at the first attempt: none when the turn was cancelled or its
 * time is over, and none when it is the road to Telegram that failed and goes on trying by itself.
 */
export function errorBoundary<C extends TurnContext>({
  words,
}: ErrorBoundaryOptions<C>): MiddlewareFn<C> {
  return async function boundary(ctx, next) {
    try {
      await next();
    } catch (error) {
      const action = nextActionAfter(error, ctx.turn);
      if (action === 'never' && isForbidden(error)) return;
      const tell = action !== 'over' && ctx.turn.attempt === 1 && !triesByItself(error);
      if (tell) await apologise(ctx, words(ctx, { error, next: action }));
      throw error;
    }
  };
}

async function apologise(ctx: TurnContext, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  try {
    if (ctx.callbackQuery !== undefined) await ctx.answerCbQuery(text, { show_alert: true });
    else if (ctx.message !== undefined) await ctx.reply(text);
  } catch {
    // The failure that led here is the one worth reporting.
  }
}

/** A call to Telegram that was refused for now: an apology would be refused too. */
function triesByItself(error: unknown): boolean {
  return error instanceof Error && 'method' in error && nextOf(error) !== 'never';
}

function nextOf(error: Error): unknown {
  return 'nextAction' in error ? error.nextAction : undefined;
}

/** 403: the user blocked the bot or was deactivated, or the bot was removed from the chat. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'errorCode' in error && error.errorCode === 403;
}
