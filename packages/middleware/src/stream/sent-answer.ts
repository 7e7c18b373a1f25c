import type { ChatRoute } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import { call } from '../progress/call-progress.js';

/** A message of the bot's that it can edit, as Telegram names it in different places. JSON. */
export type SentAnswer =
  | { messageId: number }
  /** The answer to a guest message. */
  | { inlineMessageId: string }
  /** A message that only one user of a group sees. */
  | { ephemeralMessageId: number; receiverUserId: number };

/** The message that a call has sent; undefined when it cannot be edited. */
export function sentAnswer(result: unknown, route: ChatRoute): SentAnswer | undefined {
  const { message_id, inline_message_id, ephemeral_message_id } = (result ?? {}) as {
    message_id?: number;
    inline_message_id?: string;
    ephemeral_message_id?: number;
  };
  if (inline_message_id !== undefined) return { inlineMessageId: inline_message_id };
  if (ephemeral_message_id !== undefined && route.receiverUserId !== undefined) {
    const { receiverUserId } = route;
    return { ephemeralMessageId: ephemeral_message_id, receiverUserId };
  }
  return message_id !== undefined && message_id > 0 ? { messageId: message_id } : undefined;
}

/** The call that gives a message a new text. */
export function editOf(chatId: number, sent: SentAnswer): { method: string; target: object } {
  return 'ephemeralMessageId' in sent
    ? { method: 'editEphemeralMessageText', target: targetOf(chatId, sent) }
    : { method: 'editMessageText', target: targetOf(chatId, sent) };
}

/** Removes a message that has nothing to say in the end. A guest's cannot be removed, and stays. */
export async function removeAnswer(ctx: Context, chatId: number, sent: SentAnswer): Promise<void> {
  if ('inlineMessageId' in sent) return;
  const method = 'messageId' in sent ? 'deleteMessage' : 'deleteEphemeralMessage';
  await call(ctx, method, targetOf(chatId, sent));
}

function targetOf(chatId: number, sent: SentAnswer): object {
  if ('inlineMessageId' in sent) return { inline_message_id: sent.inlineMessageId };
  if ('messageId' in sent) return { chat_id: chatId, message_id: sent.messageId };
  return {
    chat_id: chatId,
    receiver_user_id: sent.receiverUserId,
    ephemeral_message_id: sent.ephemeralMessageId,
  };
}
