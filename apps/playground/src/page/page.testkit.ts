import type { ChatEntry, Message, User } from './wire.js';

/** Sample people, chats and messages for the page's tests. */
export const bot: User = { id: 7, is_bot: true, first_name: 'Robo', username: 'robo_bot' };
export const ada: User = {
  id: 1,
  is_bot: false,
  first_name: 'Ada',
  last_name: 'Byron',
  username: 'ada',
};
export const bob: User = { id: 2, is_bot: false, first_name: 'Bob' };

export const adaChat: ChatEntry = {
  chat: { id: ada.id, type: 'private', first_name: 'Ada' },
  members: [ada],
  admins: [],
  member_count: 2,
  pinned: [],
};
export const group: ChatEntry = {
  chat: { id: -100, type: 'group', title: 'Friends' },
  members: [ada, bob],
  admins: [ada.id],
  member_count: 3,
  pinned: [],
};

/** A message in the private chat, from the bot by default. */
export function message(id: number, more: Partial<Message> = {}): Message {
  return {
    message_id: id,
    date: 1_700_000_000 + id,
    chat: adaChat.chat,
    from: bot,
    text: `message ${id}`,
    ...more,
  };
}
