import type { MiddlewareFn } from 'telegraf';
import { call } from '../progress/call-progress.js';
import { SessionNewerError } from '../session/errors.js';
import { nextActionAfter, type NextAction } from '../turn/next-action.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';
import { isUnreachable } from './unreachable.js';

/** A turn that failed, and what becomes of its event. */
export interface Failure {
  error: unknown;
  /** `retry` and `retry-after`: it is tried again in its order. `never`: it is given up now. */
  next: Exclude<NextAction, 'over'>;
}

export interface ErrorBoundaryOptions<C extends TurnContext> {
  /** What the user hears about the failure; undefined: nothing. The session may not have been read yet. */
  words: (ctx: C, failure: Failure) => string | undefined;
}

/**
 * The last word on a failed turn; stands first. Every error goes on to the worker, which retries or gives up the event
 * as the error asks for, except refusals that mean that nobody can be answered in the chat in hand any more: the user
 * blocked the bot, or it may not write there. They end the turn quietly, and **nothing that the turn wrote to its
 * sessions is kept**, also not what handlers before the refused call wrote: the handler was cut off in its middle.
 *
 * The user hears one apology for an event, at its first failure: on the button that was pressed, or as a message where
 * that press can no longer be answered. A failure of the network or of Telegram is silent at
 * first, because the event is tried again by itself, but not when the event is given up because of it. A turn that was
 * cancelled, or whose time is over, says nothing, as it can send nothing.
 */
export function errorBoundary<C extends TurnContext>({
  words,
}: ErrorBoundaryOptions<C>): MiddlewareFn<C> {
  return async function boundary(ctx, next) {
    const { turn } = ctx;
    try {
      await next();
    } catch (error) {
      const action = nextActionAfter(error, turn);
      if (action === 'over') throw error;
      if (action === 'never' && isUnreachable(error, ctx)) return;
      const isGivenUp = isGivenUpAfter(error, action, turn);
      const isNotified = turn.fate?.isUserNotified ?? turn.attempt > 1;
      if (!isNotified && (isGivenUp || !triesByItself(error))) {
        const text = words(ctx, { error, next: isGivenUp ? 'never' : action });
        if (await apologise(ctx, text)) turn.fate?.userNotified();
      }
      throw error;
    }
  };
}

function isGivenUpAfter(error: unknown, action: NextAction, turn: TurnInfo): boolean {
  if (action === 'never') return true;
  return turn.fate?.isGivenUpAfter(error) ?? (action === 'retry' && turn.lastAttempt === true);
}

/** Whether the user was reached. */
async function apologise(ctx: TurnContext, text: string | undefined): Promise<boolean> {
  if (text === undefined) return false;
  try {
    if (ctx.callbackQuery !== undefined && (await answerPress(ctx, text))) return true;
    if (ctx.callbackQuery === undefined && ctx.message === undefined) return false;
    await ctx.reply(text);
    return true;
  } catch {
    // The failure that led here is the one worth reporting.
    return false;
  }
}

/** False: the press is too old, or the handler has answered it before, so that the user sees nothing of this answer. */
async function answerPress(ctx: TurnContext, text: string): Promise<boolean> {
  const payload = { callback_query_id: ctx.callbackQuery!.id, text, show_alert: true };
  try {
    await call(ctx, 'answerCallbackQuery', payload, { strict: true });
    return true;
  } catch (error) {
    if (error instanceof Error && nextOf(error) === 'never') return false;
    throw error;
  }
}

/** A call to Telegram that was refused for now: an apology would be refused too. Or the turn of a worker of newer code. */
function triesByItself(error: unknown): boolean {
  if (error instanceof SessionNewerError) return error.nextAction === 'retry-after';
  return error instanceof Error && 'method' in error && nextOf(error) !== 'never';
}

function nextOf(error: Error): unknown {
  return 'nextAction' in error ? error.nextAction : undefined;
}
