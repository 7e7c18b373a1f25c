import type { Context } from 'telegraf';
import type { User } from 'telegraf/types';
import { chatMessages } from '../session/keys.js';

/** The fields of a message that the guards read. */
export interface SentMessage {
  chat?: { id: number; type: string };
  from?: User;
  sender_chat?: { id: number };
  is_automatic_forward?: boolean;
  sender_business_bot?: object;
}

const messageKinds = [...chatMessages, 'guest_message'] as const;

/** The message that was sent or edited. Undefined for a pressed button, whose message is the bot's own. */
export function sentMessage({ update }: Context): SentMessage | undefined {
  // Telegraf does not know the newer kinds of updates.
  const kinds: Partial<Record<string, unknown>> = update as object;
  const kind = messageKinds.find((each) => each in kinds);
  return kind === undefined ? undefined : (kinds[kind] as SentMessage);
}

/**
 * One name for all channels that write in a chat, because Telegram does not say who is behind a channel, and one person
 * may have many. Undefined when the sender is a user, or the chat itself, which is how anonymous admins appear.
 */
export function channelsOf(ctx: Context, chat: number | undefined): string | undefined {
  const sender = senderOf(ctx);
  if (sender === undefined || !sender.isChat || chat === undefined) return undefined;
  return sender.id === chat ? undefined : `channels:${chat}`;
}

/** The sender: a user, or the chat that the message was sent as (an anonymous admin, a channel). */
export function senderOf(ctx: Context): { id: number; isChat: boolean } | undefined {
  const message = sentMessage(ctx);
  const chat = message?.sender_chat ?? ctx.messageReaction?.actor_chat;
  if (chat !== undefined) return { id: chat.id, isChat: true };
  const user = message?.from ?? ctx.from;
  return user === undefined ? undefined : { id: user.id, isChat: false };
}
