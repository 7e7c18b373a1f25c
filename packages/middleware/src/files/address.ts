import type { FileAddress } from '@chatlane/contracts';
import { sentMessage, senderOf } from '../guards/sender.js';
import type { TurnContext } from '../turn/turn.js';

/** What is looked at in a message: one of the update, or one it answers. */
interface Place {
  chat?: { id: number; type: string };
  message_id?: number;
  message_thread_id?: number;
  is_topic_message?: boolean;
}

/**
 * Where an answer to this turn goes, and to whom. Undefined: the update names no chat.
 *
 * @param about the message it is about; absent: the update's own
 */
export function addressOf(ctx: TurnContext, about?: object): FileAddress | undefined {
  const { lane, sessionKey } = ctx.turn;
  const own: Place | undefined = sentMessage(ctx) ?? ctx.msg;
  const chat = ctx.chat ?? own?.chat;
  if (chat === undefined) return undefined;
  const { message_id: messageId } = (about as Place | undefined) ?? own ?? {};
  // A reply outside of forums has a thread id too, and cannot be written to by it.
  const threadId = own?.is_topic_message === true ? own.message_thread_id : undefined;
  return {
    lane,
    ...(sessionKey !== undefined && { sessionUser: sessionKey.slice(lane.length + 1) }),
    chat: { id: chat.id, type: chat.type },
    ...personOf(ctx),
    ...(threadId !== undefined && { threadId }),
    ...(messageId !== undefined && { messageId }),
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
