import type { History, HistoryChange } from './history.js';
import { initialInline, type InlineAction, type InlineState } from './inline-state.js';
import type { Bot, CallbackAnswer, ChatEntry, Entity, Message, PollVotes, User } from './wire.js';

/** A message that the bot is still streaming. */
export interface BotDraft {
  draftId: number;
  text: string;
  entities: Entity[];
  untilMs: number;
}

/** A pressed inline button that is waiting for the bot's answer. */
export interface Press {
  key: string;
  queryId?: string;
}

/** A message for the user, shown on top of the page. */
export interface Notice {
  kind: 'toast' | 'alert' | 'error';
  text: string;
}

/** Everything the page shows. Immutable: changed parts are replaced. */
export interface State {
  connection: 'connecting' | 'open' | 'lost';
  /** Whether the first snapshot has arrived. */
  loaded: boolean;
  bot: Bot | undefined;
  users: readonly User[];
  /** The user that the page is shown as. */
  viewerId: number | undefined;
  chats: readonly ChatEntry[];
  openChatId: number | undefined;
  histories: Readonly<Record<number, History>>;
  /** Unread messages by `viewer:chat`, see unreadKey. */
  unread: Readonly<Record<string, number>>;
  /** The bot's current action by chat, and when it expires (Unix milliseconds). */
  chatActions: Readonly<Record<number, { action: string; untilMs: number }>>;
  /** The draft that the bot is streaming, by chat. */
  botDrafts: Readonly<Record<number, BotDraft>>;
  presses: readonly Press[];
  /** Callback query ids whose answers arrived before the press was confirmed. */
  earlyAnswers: readonly string[];
  /** Reply keyboards that were hidden by hand or after their first use: message id by chat. */
  foldedKeyboards: Readonly<Record<number, number>>;
  /** The message being edited or replied to. */
  draft: { kind: 'edit' | 'reply'; message: Message } | undefined;
  inline: InlineState;
  /** The options that each user chose, by poll and user; absent before they were fetched. */
  pollVotes: Readonly<Record<string, PollVotes>>;
  notice: Notice | undefined;
}

/** A change of the state. */
export type Action =
  | HistoryChange
  | InlineAction
  | { type: 'pollVotes'; pollId: string; votes: PollVotes }
  | { type: 'connection'; connection: State['connection'] }
  | { type: 'users'; users: User[] }
  | { type: 'user'; user: User }
  | { type: 'viewer'; viewerId: number }
  | { type: 'chats'; chats: ChatEntry[] }
  | { type: 'chat'; entry: ChatEntry }
  | { type: 'opened'; chatId: number | undefined }
  | { type: 'historyAsked'; chatId: number }
  | { type: 'history'; chatId: number; messages: Message[] }
  | { type: 'bot'; bot: Bot }
  | { type: 'chatAction'; chatId: number; action: string; untilMs: number }
  | { type: 'chatActionEnded'; chatId: number; untilMs: number }
  | { type: 'botDraft'; chatId: number; draft: BotDraft }
  | { type: 'botDraftEnded'; chatId: number; untilMs: number }
  | { type: 'pressed'; key: string }
  | { type: 'pressSent'; key: string; queryId: string }
  | { type: 'pressEnded'; key: string }
  | { type: 'answer'; answer: CallbackAnswer }
  | { type: 'keyboardFolded'; chatId: number; messageId: number | undefined }
  | { type: 'draft'; draft: State['draft'] }
  | { type: 'notice'; notice: Notice | undefined };

export const initialState: State = {
  connection: 'connecting',
  loaded: false,
  bot: undefined,
  users: [],
  viewerId: undefined,
  chats: [],
  openChatId: undefined,
  histories: {},
  unread: {},
  chatActions: {},
  botDrafts: {},
  presses: [],
  earlyAnswers: [],
  foldedKeyboards: {},
  draft: undefined,
  inline: initialInline,
  pollVotes: {},
  notice: undefined,
};

/** The key of `State.unread`. */
export function unreadKey(viewerId: number, chatId: number): string {
  return `${viewerId}:${chatId}`;
}
