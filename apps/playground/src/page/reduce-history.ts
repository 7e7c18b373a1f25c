import { applyChange, type History, type HistoryChange } from './history.js';
import { without } from './records.js';
import { unreadKey, type State } from './state.js';
import type { Message } from './wire.js';

/** The state after a message was sent, edited or deleted. */
export function changeHistory(state: State, change: HistoryChange): State {
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

/** The state with another history of one chat. */
export function withHistory(
  state: State,
  chatId: number,
  change: (history: History | undefined) => History,
): State {
  const history = change(state.histories[chatId]);
  return { ...state, histories: { ...state.histories, [chatId]: history } };
}
