import type { FileAddress } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import { callsReach, hasMessage } from '../place/answer-in-place.js';
import { routeIn, withoutThread } from '../place/place.js';

/**
 * Puts the context of an event into the chat, in front of the user and in the place that its address names. No handler
 * of messages is asked: `message` stays undefined.
 */
export function applyAddress(ctx: Context, address: FileAddress): void {
  const { chat, from, threadId, messageId = 0 } = address;
  hasMessage(ctx, {
    message_id: messageId,
    // 0 would be a message that the bot cannot reach.
    date: 1,
    chat,
    ...(from && { from }),
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
  });
  callsReach(ctx, { chatId: chat.id, route: withoutThread(routeIn(address)) });
}
