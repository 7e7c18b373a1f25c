import type { BotEvent, FileAddress } from '@chatlane/contracts';
import { sentMessage, senderOf } from '../guards/sender.js';
import { placeOf, routeIn } from '../place/place.js';
import type { TurnContext } from '../turn/turn.js';
import { fileEventOf } from './file-updates.js';

/**
 * The address of an answer to this turn: the chat, the place in it, and the person. Undefined if the update has no
 * chat.
 *
 * @param about the message that is answered; default: the update's own
 */
export function addressOf(ctx: TurnContext, about?: object): FileAddress | undefined {
  const { lane, sessionKey } = ctx.turn;
  const place = placeOf(ctx);
  const chat = ctx.chat ?? place?.chat;
  if (chat === undefined) return undefined;
  const route = internalAddressOf(ctx.update) ?? place?.route;
  const { message_id: messageId } = (about ?? sentMessage(ctx) ?? ctx.msg ?? {}) as {
    message_id?: number;
  };
  return {
    lane,
    ...(sessionKey !== undefined && { sessionUser: sessionKey.slice(lane.length + 1) }),
    chat: { id: chat.id, type: chat.type },
    ...personOf(ctx),
    ...(route && routeIn(route)),
    // An ephemeral message has 0 instead of an id.
    ...(messageId !== undefined && messageId > 0 && { messageId }),
  };
}

/** The address of an internal event. Undefined for any other update. */
function internalAddressOf(update: TurnContext['update']): FileAddress | undefined {
  return (update as { event?: BotEvent }).event?.address ?? fileEventOf(update)?.address;
}

/** Empty for a message sent as a chat: its `from` is a placeholder bot of Telegram. */
function personOf(ctx: TurnContext): Pick<FileAddress, 'from'> {
  const user = sentMessage(ctx)?.from ?? ctx.from;
  if (user === undefined || senderOf(ctx)?.isChat === true) return {};
  const { id, is_bot, first_name, username, language_code } = user;
  return {
    from: {
      id,
      is_bot,
      first_name,
      ...(username !== undefined && { username }),
      ...(language_code !== undefined && { language_code }),
    },
  };
}
