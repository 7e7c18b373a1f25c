import type { FileAddress } from '@chatlane/contracts';
import { Context } from 'telegraf';
import type { Update } from 'telegraf/types';

/**
 * Puts the context of an event into the chat, in front of the user and in the topic that its address names: what
 * Telegraf tells of a message (`chat`, `from`, the thread of `reply`) it reads from `msg`. No handler of
 * messages is asked: `message` stays undefined.
 */
export function seat(ctx: Context, address: FileAddress): void {
  const { chat, from, threadId, messageId = 0 } = address;
  const message = {
    message_id: messageId,
    // 0 would be a message that the bot cannot reach.
    date: 1,
    chat,
    ...(from && { from }),
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
  };
  // Of chat and user the address carries what all chats and users have.
  const update = { update_id: ctx.update.update_id, message } as Update;
  const asked = new Context(update, ctx.telegram, ctx.botInfo);
  Object.defineProperties(ctx, {
    msg: { get: () => asked.msg, configurable: true },
    msgId: { get: () => asked.msgId, configurable: true },
  });
}
