import { applyChange, type History, type HistoryChange } from './history.js';
import {
  initialInline,
  reduceInline,
  type InlineAction,
  type InlineState,
} from './inline-state.js';
import { replaceOrAppend, without } from './records.js';
import type { BotDraft, Notice, Press } from './state-parts.js';
import type { Bot, CallbackAnswer, ChatEntry, Message, PollVotes, User } from './wire.js';

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

/** The reducer of the page's state. Pure: actions carry the time. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'connection':
      return { ...state, connection: action.connection };
    case 'users':
      return { ...state, users: action.users };
    case 'user':
      return { ...state, users: replaceOrAppend(state.users, action.user, (user) => user.id) };
    case 'viewer':
      if (action.viewerId === state.viewerId) return state;
      return {
        ...state,
        viewerId: action.viewerId,
        chats: [],
        openChatId: undefined,
        draft: undefined,
        loaded: false,
      };
    case 'chats':
      return { ...state, chats: action.chats, loaded: true };
    case 'chat':
      // Another user's private chat is fetched when the page switches to that user.
      if (action.entry.chat.type === 'private' && action.entry.chat.id !== state.viewerId) {
        return state;
      }
      if (action.entry.migrated_to !== undefined) {
        const chats = state.chats.filter(({ chat }) => chat.id !== action.entry.chat.id);
        return { ...state, chats };
      }
      return {
        ...state,
        chats: replaceOrAppend(state.chats, action.entry, (entry) => entry.chat.id),
      };
    case 'opened':
      return opened(state, action.chatId);
    case 'historyAsked':
      return withHistory(state, action.chatId, (history) => ({
        messages: history?.messages ?? [],
        replay: [],
      }));
    case 'history':
      return withHistory(state, action.chatId, (history) => ({
        messages: (history?.replay ?? []).reduce(applyChange, action.messages),
      }));
    case 'message':
    case 'edited':
    case 'deleted':
      return changeHistory(state, action);
    case 'bot':
      return { ...state, bot: action.bot };
    case 'chatAction': {
      const { action: chatAction, untilMs } = action;
      return {
        ...state,
        chatActions: { ...state.chatActions, [action.chatId]: { action: chatAction, untilMs } },
      };
    }
    case 'chatActionEnded':
      if (state.chatActions[action.chatId]?.untilMs !== action.untilMs) return state;
      return { ...state, chatActions: without(state.chatActions, action.chatId) };
    case 'botDraft':
      return { ...state, botDrafts: { ...state.botDrafts, [action.chatId]: action.draft } };
    case 'botDraftEnded':
      if (state.botDrafts[action.chatId]?.untilMs !== action.untilMs) return state;
      return { ...state, botDrafts: without(state.botDrafts, action.chatId) };
    case 'pressed':
      return { ...state, presses: [...state.presses, { key: action.key }] };
    case 'pressSent':
      return pressSent(state, action.key, action.queryId);
    case 'pressEnded':
      return { ...state, presses: state.presses.filter((press) => press.key !== action.key) };
    case 'answer':
      return answered(state, action.answer);
    case 'keyboardFolded':
      return {
        ...state,
        foldedKeyboards:
          action.messageId === undefined
            ? without(state.foldedKeyboards, action.chatId)
            : { ...state.foldedKeyboards, [action.chatId]: action.messageId },
      };
    case 'draft':
      return { ...state, draft: action.draft };
    case 'inlineAnswered':
    case 'prefilled':
    case 'leftToStart':
      return { ...state, inline: reduceInline(state.inline, action) };
    case 'pollVotes':
      return { ...state, pollVotes: { ...state.pollVotes, [action.pollId]: action.votes } };
    case 'notice':
      return { ...state, notice: action.notice };
  }
}

function opened(state: State, chatId: number | undefined): State {
  const next = { ...state, openChatId: chatId, draft: undefined };
  if (chatId === undefined || state.viewerId === undefined) return next;
  return { ...next, unread: without(state.unread, unreadKey(state.viewerId, chatId)) };
}

function changeHistory(state: State, change: HistoryChange): State {
  const chatId = change.type === 'deleted' ? change.chatId : change.message.chat.id;
  const known = state.histories[chatId];
  // The history of a chat that was never opened is not loaded; opening the chat fetches it.
  const changed = known
    ? withHistory(state, chatId, () => ({
        messages: applyChange(known.messages, change),
        ...(known.replay ? { replay: [...known.replay, change] } : {}),
      }))
    : state;
  return change.type === 'message' ? arrived(changed, change.message) : listed(changed, change);
}

/** A new message moves its chat to the top, ends the chat action, and is unread for those who view another chat. */
function arrived(state: State, message: Message): State {
  const chatId = message.chat.id;
  const known = state.chats.find((entry) => entry.chat.id === chatId);
  if (known?.last_message && known.last_message.message_id >= message.message_id) return state;
  const isPrivate = message.chat.type === 'private';
  const readers = isPrivate ? [chatId] : (known?.members ?? []).map((member) => member.id);
  const unread = { ...state.unread };
  for (const reader of readers) {
    const looking = reader === state.viewerId && chatId === state.openChatId;
    if (reader === message.from?.id || looking) continue;
    unread[unreadKey(reader, chatId)] = (unread[unreadKey(reader, chatId)] ?? 0) + 1;
  }
  const listed = known !== undefined || chatId === state.viewerId;
  const entry = known ?? {
    chat: message.chat,
    members: [],
    admins: [],
    member_count: 0,
    pinned: [],
  };
  const others = state.chats.filter((other) => other.chat.id !== chatId);
  return {
    ...state,
    unread,
    chats: listed ? [{ ...entry, last_message: message }, ...others] : state.chats,
    chatActions: message.from?.is_bot ? without(state.chatActions, chatId) : state.chatActions,
    botDrafts: message.from?.is_bot ? without(state.botDrafts, chatId) : state.botDrafts,
  };
}

/** Updates the chat list when the last message of a chat is edited or deleted. */
function listed(state: State, change: HistoryChange): State {
  const chats = state.chats.map((entry) => {
    const last = entry.last_message;
    if (change.type !== 'deleted') {
      const same =
        entry.chat.id === change.message.chat.id && last?.message_id === change.message.message_id;
      return same ? { ...entry, last_message: change.message } : entry;
    }
    if (entry.chat.id !== change.chatId || last?.message_id !== change.messageId) return entry;
    const before = state.histories[change.chatId]?.messages.at(-1);
    const { chat, members, admins, member_count, pinned } = entry;
    return {
      chat,
      members,
      admins,
      member_count,
      pinned,
      ...(before ? { last_message: before } : {}),
    };
  });
  return { ...state, chats };
}

function pressSent(state: State, key: string, queryId: string): State {
  if (state.earlyAnswers.includes(queryId)) {
    return {
      ...state,
      earlyAnswers: state.earlyAnswers.filter((id) => id !== queryId),
      presses: state.presses.filter((press) => press.key !== key),
    };
  }
  const presses = state.presses.map((press) => (press.key === key ? { key, queryId } : press));
  return { ...state, presses };
}

function answered(state: State, answer: CallbackAnswer): State {
  if (answer.user_id !== state.viewerId) return state;
  const queryId = answer.callback_query_id;
  const presses = state.presses.filter((press) => press.queryId !== queryId);
  const early = presses.length === state.presses.length;
  return {
    ...state,
    presses,
    earlyAnswers: early ? [...state.earlyAnswers, queryId].slice(-20) : state.earlyAnswers,
    notice: answer.text
      ? { kind: answer.show_alert ? 'alert' : 'toast', text: answer.text }
      : state.notice,
  };
}

function withHistory(
  state: State,
  chatId: number,
  change: (history: History | undefined) => History,
): State {
  const history = change(state.histories[chatId]);
  return { ...state, histories: { ...state.histories, [chatId]: history } };
}
