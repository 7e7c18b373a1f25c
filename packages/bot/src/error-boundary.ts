import { nextActionAfter } from '@chatlane/middleware';
import type { BotContext } from './context.js';

/**
 * The last word on a failed turn. Every error goes on to the worker, which retries or buries the event, except those
 * that mean nobody is there to answer. The user hears one apology, on the first attempt; none when the turn was
 * cancelled, and none when it is the road to Telegram that failed.
 */
export async function errorBoundary(ctx: BotContext, next: () => Promise<void>): Promise<void> {
  try {
    await next();
  } catch (error) {
    const action = nextActionAfter(error, ctx.turn);
    if (action === 'never' && meansNobodyIsThere(error)) return;
    const isOfTheRoad = error instanceof Error && 'nextAction' in error && action !== 'never';
    if (action !== 'over' && !isOfTheRoad && ctx.turn.attempt === 1) {
      const again = action === 'retry' ? ' I will try that again in a moment.' : '';
      await apologise(ctx, `Sorry, something went wrong.${again}`);
    }
    throw error;
  }
}

async function apologise(ctx: BotContext, text: string): Promise<void> {
  try {
    if (ctx.callbackQuery !== undefined) await ctx.answerCbQuery(text, { show_alert: true });
    else if (ctx.message !== undefined) await ctx.reply(text);
  } catch {
    // The failure that led here is the one worth reporting.
  }
}

/** Blocked, kicked or deactivated (403); a button or a message that Telegram has forgotten or has as wanted (400). */
function meansNobodyIsThere(error: unknown): boolean {
  if (!(error instanceof Error) || !('errorCode' in error) || !('description' in error))
    return false;
  if (error.errorCode === 403) return true;
  return /query is too old|message is not modified/.test(String(error.description));
}
