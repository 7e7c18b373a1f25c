import type { MiddlewareFn } from 'telegraf';
import { nextActionAfter } from '../turn/next-action.js';
import type { TurnContext } from '../turn/turn.js';

/** How long the mark is stored. A backlog should be over within a day. */
const MARK_SECONDS = 86_400;

/** Options of `sayAfterLongWait`. */
export interface LongWaitOptions<C extends TurnContext> {
  /** The longest wait in milliseconds that is not mentioned. */
  afterMs: number;
  /** Returns the text to send, or undefined for none. The session may not have been loaded yet. */
  text: (ctx: C) => string | undefined;
}

/**
 * Apologises to a chat for a long wait, as after an outage: once, at the first message or button press of a backlog. A
 * backlog lasts as long as further updates arrive that have waited too long, also on other workers. Its mark is stored
 * with the chat's sessions, and updates that did not wait cost nothing. Use it behind middleware that drops updates.
 */
export function sayAfterLongWait<C extends TurnContext>({
  afterMs,
  text,
}: LongWaitOptions<C>): MiddlewareFn<C> {
  return async function longWait(ctx, next) {
    const { waitedMs = 0, lane, sessions } = ctx.turn;
    const isAnswered = ctx.message !== undefined || ctx.callbackQuery !== undefined;
    if (waitedMs <= afterMs || !isAnswered || ctx.chat === undefined) return next();
    const key = `${lane}:~waited`;
    const now = Date.now();
    // An update that arrived before the last late one was handled belongs to the same backlog.
    const lastLate = Number((await sessions.get(key)) ?? 0);
    if (now - waitedMs > lastLate) await say(ctx, text(ctx));
    sessions.stage(key, String(now), MARK_SECONDS);
    return next();
  };
}

async function say(ctx: TurnContext, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  try {
    await ctx.reply(text);
  } catch (error) {
    // If the chat cannot be answered, the handler runs anyway and gets the same error itself.
    if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
  }
}
