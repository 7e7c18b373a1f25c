import { applyChange } from './history.js';
import { reduceInline } from './inline-state.js';
import { replaceOrAppend, without } from './records.js';
import { changeHistory, withHistory } from './reduce-history.js';
import { unreadKey, type Action, type State } from './state.js';
import type { CallbackAnswer } from './wire.js';

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
