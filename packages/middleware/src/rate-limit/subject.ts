import { commandIn, isAddressedTo } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import { channelsOf, senderOf, sentMessage, type SentMessage } from '../guards/sender.js';

/** What a limit looks at in an update. */
export interface Subject {
  kind: 'message' | 'press';
  /** Whom it counts for, each with a bucket: a user, or the chat it was sent as. Empty: the update names no sender. */
  senders: readonly string[];
  chat: number | undefined;
  /** Without slash and bot's name. */
  command: string | undefined;
  /** Whether it waits for the bot to say something, as what people in a group say to each other does not. */
  isAddressed: boolean;
}

/** Telegram's own words about a chat, and about money: they are said once, and the bot must hear them. */
const service = [
  'successful_payment',
  'refunded_payment',
  'migrate_to_chat_id',
  'migrate_from_chat_id',
  'new_chat_members',
  'left_chat_member',
];

/**
 * Undefined for what is never limited: channel posts, also where Telegram forwards them to the channel's group, changes
 * of members, payments, and all that is no message or press.
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

/** A channel has a bucket of its own, and one with all channels of the chat: they may be one person. */
function sendersOf(ctx: Context, chat: number | undefined): readonly string[] {
  const sender = senderOf(ctx);
  if (sender === undefined) return [];
  const channels = channelsOf(ctx, chat);
  return channels === undefined ? [String(sender.id)] : [String(sender.id), channels];
}

/** Undefined for a command to another bot. */
function commandOf(message: SentMessage, me: string): string | undefined {
  const command = commandIn(message);
  return command && isAddressedTo(me, command.addressee) ? command.name : undefined;
}
