import type { ChatIdentity } from './chat-identity.js';
import type { User } from './user.js';

/** A Bot API `MessageEntity`; offsets and lengths count UTF-16 units. */
export interface MessageEntity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
  user?: User;
  custom_emoji_id?: string;
  unix_time?: number;
  date_time_format?: string;
}

/** A Bot API `Message`. Media and service fields are passed through. */
export interface Message {
  message_id: number;
  from?: User;
  chat: ChatIdentity;
  date: number;
  edit_date?: number;
  text?: string;
  entities?: MessageEntity[];
  caption?: string;
  caption_entities?: MessageEntity[];
  reply_to_message?: Message;
  message_thread_id?: number;
  is_topic_message?: boolean;
  /** Any kind of keyboard. The Bot API shows inline keyboards only; see `asBotSeesIt`. */
  reply_markup?: ReplyMarkup;
  [field: string]: unknown;
}

/** A validated keyboard: inline, reply, remove or force reply. */
export interface ReplyMarkup {
  inline_keyboard?: InlineButton[][];
  [field: string]: unknown;
}

/** A button below a message, as in the Bot API. */
export interface InlineButton {
  text: string;
  callback_data?: string;
  [field: string]: unknown;
}

/** The message as the Bot API shows it: only inline keyboards stay on a message. */
export function asBotSeesIt(message: Message): Message {
  if (message.reply_markup === undefined || message.reply_markup.inline_keyboard) return message;
  return without(message, 'reply_markup');
}

/** The message as embedded in a reply to it: without its own reply_to_message. */
export function asReplied(message: Message): Message {
  return without(asBotSeesIt(message), 'reply_to_message');
}

/** A copy without the given fields. */
export function without(
  message: Message,
  ...fields: Exclude<keyof Message, 'message_id' | 'chat' | 'date'>[]
): Message {
  const copy = { ...message };
  for (const field of fields) delete copy[field];
  return copy;
}
