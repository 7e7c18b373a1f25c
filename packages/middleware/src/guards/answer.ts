import { nextActionAfter } from '../turn/next-action.js';
import type { TurnContext } from '../turn/turn.js';

/**
 * What the bot says to an update it does not take: a text, or a function that gives one or answers by itself. A text
 * goes to a pressed button as a notice, to a message as a reply; to any other update nothing is said.
 */
export type Answer<C, Detail extends unknown[] = []> =
  string | ((ctx: C, ...detail: Detail) => unknown);

/** Gives the answer. That nobody is there to hear it is no failure. */
export async function answer<C extends TurnContext, Detail extends unknown[]>(
  ctx: C,
  what: Answer<C, Detail> | undefined,
  ...detail: Detail
): Promise<void> {
  try {
    const text: unknown = typeof what === 'function' ? await what(ctx, ...detail) : what;
    if (typeof text !== 'string') return;
    if (ctx.callbackQuery !== undefined) await ctx.answerCbQuery(text);
    else if ((ctx.message ?? ctx.editedMessage) !== undefined) await ctx.reply(text);
  } catch (error) {
    if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
  }
}
