import { unreadKey, type State } from './state.js';
import type { Chat, ChatEntry, Message, User } from './wire.js';

/** The user that the page is shown as. */
export function viewer(state: State): User | undefined {
  return state.users.find((user) => user.id === state.viewerId);
}

/** The viewer's chats, newest activity first, always including the private chat with the bot. */
export function viewerChats(state: State): ChatEntry[] {
  const me = viewer(state);
  if (!me) return [];
  const mine = state.chats.filter(({ chat, members }) =>
    chat.type === 'private' ? chat.id === me.id : members.some((member) => member.id === me.id),
  );
  if (!mine.some(({ chat }) => chat.id === me.id)) mine.push(emptyPrivateChat(me));
  return mine.toSorted((a, b) => (b.last_message?.date ?? 0) - (a.last_message?.date ?? 0));
}

function emptyPrivateChat(user: User): ChatEntry {
  const chat: Chat = { ...user, type: 'private' };
  return { chat, members: [user], admins: [], member_count: 2, pinned: [] };
}

/** The entry of the open chat. */
export function openChat(state: State): ChatEntry | undefined {
  return viewerChats(state).find(({ chat }) => chat.id === state.openChatId);
}

/** The open chat's messages; undefined until they have been fetched. */
export function openMessages(state: State): readonly Message[] | undefined {
  const history = state.openChatId === undefined ? undefined : state.histories[state.openChatId];
  return history?.replay && history.messages.length === 0 ? undefined : history?.messages;
}

/** The viewer's number of unread messages in one chat. */
export function unreadCount(state: State, chatId: number): number {
  return state.viewerId === undefined ? 0 : (state.unread[unreadKey(state.viewerId, chatId)] ?? 0);
}

/** A user's number of unread messages in all chats. */
export function unreadOf(state: State, userId: number): number {
  const prefix = `${userId}:`;
  return Object.entries(state.unread).reduce(
    (sum, [key, count]) => (key.startsWith(prefix) ? sum + count : sum),
    0,
  );
}

/** What the bot is currently doing in a chat, as text; undefined when it is idle. */
export function chatActionText(state: State, chatId: number): string | undefined {
  const action = state.chatActions[chatId]?.action;
  return action === undefined ? undefined : (chatActionTexts[action] ?? 'is busy');
}

const chatActionTexts: Readonly<Record<string, string>> = {
  typing: 'typing',
  upload_photo: 'sending a photo',
  record_video: 'recording a video',
  upload_video: 'sending a video',
  record_voice: 'recording a voice message',
  upload_voice: 'sending a voice message',
  upload_document: 'sending a file',
  choose_sticker: 'choosing a sticker',
  find_location: 'picking a location',
  record_video_note: 'recording a video message',
  upload_video_note: 'sending a video message',
};
