import type { MiddlewareFn } from 'telegraf';
import { call } from '../progress/call-progress.js';
import { SessionNewerError } from '../session/errors.js';
import { nextActionAfter, type NextAction } from '../turn/next-action.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';
import { isUnreachable } from './unreachable.js';

/** The failure of a turn, and what happens to its event. */
export interface Failure {
  /** What the handler threw. */
  error: unknown;
  /** `retry` and `retry-after`: the event is retried, in order. `never`: it is given up now. */
  next: Exclude<NextAction, 'over'>;
}

/** Options of `errorBoundary`. */
export interface ErrorBoundaryOptions<C extends TurnContext> {
  /** Returns the apology to the user, or undefined for none. The session may not have been loaded yet. */
  text: (ctx: C, failure: Failure) => string | undefined;
}

/**
 * Handles the failures of turns; must be the first middleware. Errors are rethrown to the worker, which retries or
 * gives up the event as the error says. The only exceptions are refusals because the user blocked the bot, or because the
 * bot may not write in the current chat, which can then no longer be answered. They end the turn without an error, and
 * **nothing that the turn wrote to its sessions is saved**, not even what was written before the refused call, because
 * the handler was interrupted half-way.
 *
 * The user gets one apology for an event, at its first failure: as an alert on the pressed button, or as a message if
 * that press can no longer be answered. A failure of the network or of Telegram is not reported while the event is
 * retried anyway, only when it is given up. A turn that was cancelled or is past its deadline sends no apology, because
 * it can send nothing.
 */
export function errorBoundary<C extends TurnContext>({
  text,
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
      if (!isNotified && (isGivenUp || !isRetriedSilently(error))) {
        const apology = text(ctx, { error, next: isGivenUp ? 'never' : action });
        if (await apologise(ctx, apology)) turn.fate?.userNotified();
      }
      throw error;
    }
  };
}

function isGivenUpAfter(error: unknown, action: NextAction, turn: TurnInfo): boolean {
  if (action === 'never') return true;
  return turn.fate?.isGivenUpAfter(error) ?? (action === 'retry' && turn.lastAttempt === true);
}

/** Returns whether the user was notified. */
async function apologise(ctx: TurnContext, text: string | undefined): Promise<boolean> {
  if (text === undefined) return false;
  try {
    if (ctx.callbackQuery !== undefined && (await answerPress(ctx, text))) return true;
    if (ctx.callbackQuery === undefined && ctx.message === undefined) return false;
    await ctx.reply(text);
    return true;
  } catch {
    // Report the original failure, not this one.
    return false;
  }
}

/** Returns false when the press is too old or was already answered, so that the user does not see this answer. */
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

/**
 * Whether to retry without an apology. True when Telegram refuses calls for now, because it would refuse the apology
 * too, and when the event waits for a worker with newer code.
 */
function isRetriedSilently(error: unknown): boolean {
  if (error instanceof SessionNewerError) return error.nextAction === 'retry-after';
  return error instanceof Error && 'method' in error && nextOf(error) !== 'never';
}

function nextOf(error: Error): unknown {
  return 'nextAction' in error ? error.nextAction : undefined;
}
