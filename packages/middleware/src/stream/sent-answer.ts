import type { ChatRoute } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import { call } from '../progress/call-progress.js';

/** Identifies a message that the bot can edit. It is plain JSON, and its fields depend on the kind of chat. */
export type SentAnswer =
  | { messageId: number }
  /** The answer to a guest message. */
  | { inlineMessageId: string }
  /** A message that only one user of a group can see. */
  | { ephemeralMessageId: number; receiverUserId: number };

/** The message that a call has sent. Undefined when it cannot be edited. */
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

/** The method and the target parameters that edit a message's text. */
export function editOf(chatId: number, sent: SentAnswer): { method: string; target: object } {
  return 'ephemeralMessageId' in sent
    ? { method: 'editEphemeralMessageText', target: targetOf(chatId, sent) }
    : { method: 'editMessageText', target: targetOf(chatId, sent) };
}

/** Deletes a message whose final text is blank. The answer to a guest message cannot be deleted, and stays. */
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
