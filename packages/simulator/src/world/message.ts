import type { ChatIdentity } from './chat-identity.js';
import type { User } from './user.js';

/** A Bot API `MessageEntity`. */
export interface MessageEntity {
  /** The type, such as `bold` or `text_link`. */
  type: string;
  /** Where it begins in the text, in UTF-16 units. */
  offset: number;
  /** Its length, in UTF-16 units. */
  length: number;
  /** The link of a `text_link`. */
  url?: string;
  /** The programming language of a `pre`. */
  language?: string;
  /** The user of a `text_mention`. */
  user?: User;
  /** The id of the emoji of a `custom_emoji`. */
  custom_emoji_id?: string;
  /** The time of a `date_time`, in Unix seconds. */
  unix_time?: number;
  /** How a `date_time` is shown: `r` for relative, or letters such as `wDT`. */
  date_time_format?: string;
}

/** A Bot API `Message`. Media and service fields are passed through. */
export interface Message {
  /** Unique within the chat. */
  message_id: number;
  /** The sender; absent in channel posts. */
  from?: User;
  /** The chat that it is in. */
  chat: ChatIdentity;
  /** When it was sent, in Unix seconds. */
  date: number;
  /** When its content was last edited, in Unix seconds; absent before that. */
  edit_date?: number;
  /** The text of a text message. */
  text?: string;
  /** The formatting, links and mentions in the text; absent when there are none. */
  entities?: MessageEntity[];
  /** The caption of a file. */
  caption?: string;
  /** The formatting, links and mentions in the caption; absent when there are none. */
  caption_entities?: MessageEntity[];
  /** The message of the same chat that it replies to, without that one's own `reply_to_message`. */
  reply_to_message?: Message;
  /** The topic that it is in, or the thread of replies in a supergroup. */
  message_thread_id?: number;
  /** Whether `message_thread_id` is a topic; absent when it is not. */
  is_topic_message?: boolean;
  /** Any kind of keyboard. The Bot API shows inline keyboards only; see `asBotSeesIt`. */
  reply_markup?: ReplyMarkup;
  /** Media, service fields and the other fields of a `Message`. */
  [field: string]: unknown;
}

/** A validated keyboard: inline, reply, remove or force reply. */
export interface ReplyMarkup {
  /** The rows of buttons of an inline keyboard; absent in the other kinds. */
  inline_keyboard?: InlineButton[][];
  /** The fields of the other kinds, as sent by the bot. */
  [field: string]: unknown;
}

/** A button below a message, as in the Bot API. */
export interface InlineButton {
  /** The label. */
  text: string;
  /** What the bot receives when the button is pressed: 1 to 64 bytes. */
  callback_data?: string;
  /** The other fields of an `InlineKeyboardButton`, such as `url`. */
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
