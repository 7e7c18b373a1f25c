import { nextActionAfter } from '../turn/next-action.js';
import type { TurnContext } from '../turn/turn.js';

/**
 * The bot's answer to an update: a text, or a function that returns a text or answers by itself. A text is shown as a
 * notice on a pressed button, and sent as a reply to a message. Other updates are not answered.
 */
export type Answer<C, Detail extends unknown[] = []> =
  string | ((ctx: C, ...detail: Detail) => unknown);

/** Sends the answer. Does not fail if the chat can no longer be answered. */
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
