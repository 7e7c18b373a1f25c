/** What the playground's `/play` API sends: the fields of the Bot API's objects that the page shows. */

export interface User {
  id: number;
  is_bot?: boolean;
  first_name: string;
  last_name?: string;
  username?: string;
}

export interface Chat {
  id: number;
  type: 'private' | 'group' | 'supergroup' | 'channel';
  title?: string;
  first_name?: string;
  last_name?: string;
  username?: string;
}

export interface ChatEntry {
  chat: Chat;
  last_message?: Message;
  members: User[];
  admins: number[];
  /** With the bot. */
  member_count: number;
  /** Message numbers, the newest pin last. */
  pinned: number[];
  /** The supergroup that this group became: the group is shown no more. */
  migrated_to?: number;
}

/** Offsets and lengths count UTF-16 units, as JavaScript strings do. */
export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
  user?: User;
}

export interface InlineButton {
  text: string;
  url?: string;
  callback_data?: string;
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

export interface ReplyMarkup {
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

export interface Message {
  message_id: number;
  /** Seconds since the epoch. */
  date: number;
  chat: Chat;
  from?: User;
  sender_chat?: Chat;
  edit_date?: number;
  reply_to_message?: Message;
  forward_origin?: { type: string; sender_user?: User; sender_user_name?: string; chat?: Chat };
  media_group_id?: string;
  text?: string;
  entities?: Entity[];
  caption?: string;
  caption_entities?: Entity[];
  reply_markup?: ReplyMarkup;
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
}

export interface Poll {
  id: string;
  question: string;
  options: { text: string; voter_count: number }[];
  total_voter_count: number;
  is_closed: boolean;
  is_anonymous: boolean;
  type: string;
  allows_multiple_answers: boolean;
  allows_revoting?: boolean;
  correct_option_id?: number;
  correct_option_ids?: number[];
  explanation?: string;
  explanation_entities?: Entity[];
}

/** The option numbers that each user chose. */
export type PollVotes = Readonly<Record<number, number[]>>;

export interface InlineResult {
  id: string;
  type: string;
  title?: string;
  description?: string;
  /** A path under /play. */
  thumbnail?: string;
}

export interface ResultsButton {
  text: string;
  start_parameter?: string;
  web_app?: { url: string };
}

export interface InlineQuery {
  inline_query_id: string;
  answer?: { results: InlineResult[]; next_offset: string; button?: ResultsButton };
}

export interface BotCommand {
  command: string;
  description: string;
}

export interface Bot {
  me: User;
  commands: BotCommand[];
  mode: 'webhook' | 'polling' | 'none';
  /** Updates that wait for the bot, however it gets them. */
  pending_update_count: number;
  webhook: {
    url?: string;
    last_error_date?: number;
    last_error_message?: string;
  } | null;
}

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
  draft: { chat_id: number; draft_id: number; text: string; entities: Entity[] };
  chat: ChatEntry;
  user: User;
  answer: CallbackAnswer;
  poll: { poll_id: string; votes: PollVotes };
  inline_answer: InlineQuery & { user_id: number };
  commands: object;
  delivery: object;
}
