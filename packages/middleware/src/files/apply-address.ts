import type { FileAddress } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import { routeCalls, setMessage } from '../place/answer-in-place.js';
import { routeIn, withoutThread } from '../place/place.js';

/**
 * Gives the context of an event the chat, user and place of an address. `ctx.message` stays undefined, so message
 * handlers do not run.
 */
export function applyAddress(ctx: Context, address: FileAddress): void {
  const { chat, from, threadId, messageId = 0 } = address;
  setMessage(ctx, {
    message_id: messageId,
    // Date 0 would mean a message that the bot cannot access.
    date: 1,
    chat,
    ...(from && { from }),
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
  });
  routeCalls(ctx, { chatId: chat.id, route: withoutThread(routeIn(address)) });
}
