import { groupLane, type FileAddress } from '@chatlane/contracts';
import { routeCalls, setMessage } from '../place/answer-in-place.js';
import { routeIn, withoutThread, type PlaceChat } from '../place/place.js';
import type { TurnContext } from '../turn/turn.js';

/**
 * Gives the context of an event the chat, user and place of an address. `ctx.message` stays undefined, so message
 * handlers do not run.
 */
export function applyAddress(ctx: TurnContext, address: FileAddress): void {
  const { from, threadId, messageId = 0 } = address;
  const chat = currentChat(ctx.turn.lane, address);
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

/** The chat itself, or the supergroup that the group has become since the address was made. */
function currentChat(lane: string, { chat, lane: formerLane }: FileAddress): PlaceChat {
  const isMoved = lane !== formerLane && formerLane === groupLane(chat.id);
  return isMoved && lane.startsWith('c:-')
    ? { id: Number(lane.slice(2)), type: 'supergroup' }
    : chat;
}
