import { commandIn, isAddressedTo } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import { channelsOf, senderOf, sentMessage, type SentMessage } from '../guards/sender.js';

/** What the limits need to know about an update. */
export interface Subject {
  kind: 'message' | 'press';
  /** Who is charged: a user, or the chat that the message was sent as. Empty: the update has no sender. */
  senders: readonly string[];
  chat: number | undefined;
  /** Without the slash and the bot's name. */
  command: string | undefined;
  /** Whether it is meant for the bot, unlike an ordinary message in a group. */
  isAddressed: boolean;
}

/** Service messages about the chat and payments, which are sent only once and must reach the bot. */
const service = [
  'successful_payment',
  'refunded_payment',
  'migrate_to_chat_id',
  'migrate_from_chat_id',
  'new_chat_members',
  'left_chat_member',
];

/**
 * Undefined for updates that are never limited: channel posts, including those that Telegram forwards to the channel's
 * group, membership changes, payments, and everything that is not a message or a press.
 */
export function subjectOf(ctx: Context): Subject | undefined {
  const query = ctx.callbackQuery;
  if (query !== undefined) {
    const chat = query.message?.chat.id;
    return {
      kind: 'press',
      senders: sendersOf(ctx, chat),
      chat,
      command: undefined,
      isAddressed: true,
    };
  }
  const message = sentMessage(ctx);
  if (message === undefined || ctx.channelPost || ctx.editedChannelPost) return undefined;
  if (service.some((each) => each in message) || message.is_automatic_forward) return undefined;
  const { chat } = message;
  const command = commandOf(message, ctx.me);
  const isAddressed = chat?.type === 'private' || command !== undefined;
  const senders = sendersOf(ctx, chat?.id);
  return { kind: 'message', senders, chat: chat?.id, command, isAddressed };
}

/** A channel counts in its own bucket, and in one for all channels of the chat, as they may be one person. */
function sendersOf(ctx: Context, chat: number | undefined): readonly string[] {
  const sender = senderOf(ctx);
  if (sender === undefined) return [];
  const channels = channelsOf(ctx, chat);
  return channels === undefined ? [String(sender.id)] : [String(sender.id), channels];
}

/** The command in a message. Undefined if it is for another bot. */
function commandOf(message: SentMessage, me: string): string | undefined {
  const command = commandIn(message);
  return command && isAddressedTo(me, command.addressee) ? command.name : undefined;
}
