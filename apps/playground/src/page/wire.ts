import type {
  ChatIdentity,
  ChatView,
  InlineButton as WorldInlineButton,
  InlineQueryView,
  Message as WorldMessage,
  MessageEntity,
  Poll as WorldPoll,
  ReplyMarkup as WorldReplyMarkup,
  User,
  Votes,
} from '@chatlane/simulator';

/**
 * What the `/play` API sends. The shapes are those of the simulator's world. It does not read media, service and
 * keyboard fields, so these are typed here as the page reads them.
 */

export type { BotCommand, ResultsButton } from '@chatlane/simulator';
export type { MessageEntity as Entity, User, Votes as PollVotes };
export type Chat = ChatIdentity;
export type InlineQuery = Pick<InlineQueryView, 'inline_query_id' | 'answer'>;
export type InlineResult = NonNullable<InlineQueryView['answer']>['results'][number];

export interface ChatEntry extends ChatView {
  last_message?: Message;
}

export interface InlineButton extends WorldInlineButton {
  url?: string;
  web_app?: { url: string };
  login_url?: { url: string };
  switch_inline_query?: string;
  switch_inline_query_current_chat?: string;
  switch_inline_query_chosen_chat?: {
    query?: string;
    allow_user_chats?: boolean;
    allow_bot_chats?: boolean;
    allow_group_chats?: boolean;
    allow_channel_chats?: boolean;
  };
  copy_text?: { text: string };
  pay?: boolean;
}

export interface KeyboardButton {
  text: string;
  request_contact?: boolean;
  request_location?: boolean;
  request_poll?: object;
  request_users?: object;
  request_chat?: object;
  web_app?: { url: string };
}

export interface ReplyMarkup extends WorldReplyMarkup {
  inline_keyboard?: InlineButton[][];
  keyboard?: (KeyboardButton | string)[][];
  resize_keyboard?: boolean;
  one_time_keyboard?: boolean;
  is_persistent?: boolean;
  remove_keyboard?: boolean;
  force_reply?: boolean;
  input_field_placeholder?: string;
  selective?: boolean;
}

/** The fields of every kind of file that the page shows, such as a Bot API `Document` or `PhotoSize`. */
export interface FileRef {
  file_id: string;
  file_size?: number;
  file_name?: string;
  mime_type?: string;
  width?: number;
  height?: number;
  duration?: number;
  emoji?: string;
  title?: string;
  performer?: string;
}

export interface Contact {
  phone_number: string;
  first_name: string;
  last_name?: string;
  user_id?: number;
}

export interface Message extends WorldMessage {
  sender_chat?: Chat;
  reply_to_message?: Message;
  reply_markup?: ReplyMarkup;
  forward_origin?: { type: string; sender_user?: User; sender_user_name?: string; chat?: Chat };
  media_group_id?: string;
  photo?: FileRef[];
  document?: FileRef;
  video?: FileRef;
  animation?: FileRef;
  video_note?: FileRef;
  audio?: FileRef;
  voice?: FileRef;
  sticker?: FileRef;
  contact?: Contact;
  location?: { latitude: number; longitude: number };
  venue?: { title: string; address: string };
  poll?: Poll;
  via_bot?: User;
  dice?: { emoji: string; value: number };
  new_chat_members?: User[];
  left_chat_member?: User;
  new_chat_title?: string;
  group_chat_created?: boolean;
  supergroup_chat_created?: boolean;
  migrate_to_chat_id?: number;
  migrate_from_chat_id?: number;
  pinned_message?: Message;
  forum_topic_created?: { name: string };
  forum_topic_edited?: { name?: string };
  forum_topic_closed?: object;
  forum_topic_reopened?: object;
  general_forum_topic_hidden?: object;
  general_forum_topic_unhidden?: object;
}

export interface Poll extends WorldPoll {
  question: string;
  correct_option_id?: number;
  correct_option_ids?: number[];
  explanation?: string;
  explanation_entities?: MessageEntity[];
}

/** The answer of `GET /play/bot`. */
export interface Bot {
  me: User;
  commands: { command: string; description: string }[];
  mode: 'webhook' | 'polling' | 'none';
  /** Updates waiting to be delivered, by webhook or polling. */
  pending_update_count: number;
  webhook: {
    url?: string;
    /** Unix seconds. */
    last_error_date?: number;
    last_error_message?: string;
  } | null;
}

/** The bot's answer to a button press. */
export interface CallbackAnswer {
  user_id: number;
  callback_query_id: string;
  text?: string;
  show_alert?: boolean;
  url?: string;
}

/** The events of `/play/events` that the page listens to, by name. */
export interface LiveEvents {
  message: { chat_id: number; message: Message };
  edit: { chat_id: number; message: Message };
  delete: { chat_id: number; message_id: number };
  action: { chat_id: number; action: string };
  draft: { chat_id: number; draft_id: number; text: string; entities: MessageEntity[] };
  chat: ChatEntry;
  user: User;
  answer: CallbackAnswer;
  poll: { poll_id: string; votes: Votes };
  inline_answer: InlineQuery & { user_id: number };
  commands: object;
  delivery: object;
}
