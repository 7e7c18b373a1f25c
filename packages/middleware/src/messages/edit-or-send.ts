import type { FmtString } from 'telegraf/format';
import { isUneditable } from '../errors/uneditable.js';
import type { TurnContext } from '../turn/turn.js';

/** A message that the bot has sent. It is JSON, so a session can hold it and a later turn can edit the message. */
export interface MessageRef {
  /** The id of the chat. */
  chat: number;
  /** The id of the message in that chat. */
  message: number;
}

type Extra = NonNullable<Parameters<TurnContext['editMessageText']>[1]>;

/**
 * Edits a message of an earlier turn, or sends it if there is none: the first time, after its user deleted it, and
 * after the group became a supergroup. The message may be in another chat than the turn's own.
 *
 * @param ref the message to edit, as an earlier call returned it; undefined sends a message in the turn's chat
 * @returns the message that now has the text, to be stored instead of `ref`
 * @throws Error when there is no `ref` and the update has no chat
 * @example
 * bot.command('paid', async (ctx) => {
 *   ctx.session.status = await editOrSend(ctx, ctx.session.status, 'Paid. We are packing your order.');
 * });
 */
export async function editOrSend(
  ctx: TurnContext,
  ref: MessageRef | undefined,
  text: string | FmtString,
  extra: Extra = {},
): Promise<MessageRef> {
  if (ref !== undefined) {
    try {
      await ctx.telegram.editMessageText(ref.chat, ref.message, undefined, text, extra);
      return ref;
    } catch (error) {
      if (!isUneditable(error)) throw error;
    }
  }
  const sent = await (ref === undefined || ref.chat === ctx.chat?.id
    ? ctx.reply(text, extra)
    : ctx.telegram.sendMessage(ref.chat, text, extra));
  return { chat: sent.chat.id, message: sent.message_id };
}
