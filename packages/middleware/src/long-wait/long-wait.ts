import type { MiddlewareFn } from 'telegraf';
import { nextActionAfter } from '../turn/next-action.js';
import type { TurnContext } from '../turn/turn.js';

/** Marks are kept this long: a day, as backlogs are over by then. */
const KEPT_SECONDS = 86_400;

export interface LongWaitOptions<C extends TurnContext> {
  /** Milliseconds that an update may have waited before its turn without a word about it. */
  afterMs: number;
  /** What the chat is told; undefined: nothing. The session may not have been read yet. */
  words: (ctx: C) => string | undefined;
}

/**
 * Tells a chat once that it had to wait, as after an outage: at the first message or button of a backlog, not at each.
 * The backlog lasts for as long as updates follow that waited too long, also on other workers. The mark is kept beside
 * the chat's sessions; updates that did not wait cost nothing. Stands behind what drops updates.
 */
export function sayAfterLongWait<C extends TurnContext>({
  afterMs,
  words,
}: LongWaitOptions<C>): MiddlewareFn<C> {
  return async function longWait(ctx, next) {
    const { waitedMs = 0, lane, sessions } = ctx.turn;
    const isAnswered = ctx.message !== undefined || ctx.callbackQuery !== undefined;
    if (waitedMs <= afterMs || !isAnswered || ctx.chat === undefined) return next();
    const key = `${lane}:~waited`;
    const now = Date.now();
    // An update that arrived before the last late one was handled belongs to the same backlog.
    const lastLate = Number((await sessions.get(key)) ?? 0);
    if (now - waitedMs > lastLate) await say(ctx, words(ctx));
    sessions.stage(key, String(now), KEPT_SECONDS);
    return next();
  };
}

async function say(ctx: TurnContext, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  try {
    await ctx.reply(text);
  } catch (error) {
    // What cannot be helped, the handler finds out itself: it is not kept from its work.
    if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
  }
}
