import type { FileAddress } from '@chatlane/contracts';
import { sentMessage, senderOf } from '../guards/sender.js';
import { placeOf, routeIn } from '../place/place.js';
import type { TurnContext } from '../turn/turn.js';
import { fileEventOf } from './file-updates.js';

/**
 * Where an answer to this turn goes, and to whom. Undefined: the update names no chat.
 *
 * @param about the message it is about; absent: the update's own
 */
export function addressOf(ctx: TurnContext, about?: object): FileAddress | undefined {
  const { lane, sessionKey } = ctx.turn;
  const place = placeOf(ctx);
  const chat = ctx.chat ?? place?.chat;
  if (chat === undefined) return undefined;
  const route = fileEventOf(ctx.update)?.address ?? place?.route;
  const { message_id: messageId } = (about ?? sentMessage(ctx) ?? ctx.msg ?? {}) as {
    message_id?: number;
  };
  return {
    lane,
    ...(sessionKey !== undefined && { sessionUser: sessionKey.slice(lane.length + 1) }),
    chat: { id: chat.id, type: chat.type },
    ...personOf(ctx),
    ...(route && routeIn(route)),
    // An ephemeral message has 0 instead of a number of its own.
    ...(messageId !== undefined && messageId > 0 && { messageId }),
  };
}

/** A chat that writes as itself shows as a bot of Telegram's, which is nobody to talk about. */
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
