import type { Clock } from '../clock.js';
import type { Feed } from '../feed.js';
import { createChats, type Chat, type Chats } from './chat.js';
import { createCommands, type Commands } from './commands.js';
import { createFiles, type Files } from './files.js';
import { createHistories, type Histories } from './history.js';
import { asReplied, type Message } from './message.js';
import { createInline, type Inline } from './inline.js';
import { createPolls, type Polls } from './polls.js';
import { createQueries, type Queries } from './queries.js';
import { createUsers, type User, type Users } from './user.js';

/** The complete state of the simulated Telegram: the bot, people, chats, and messages. */
export interface World {
  bot: User;
  users: Users;
  chats: Chats;
  histories: Histories;
  files: Files;
  commands: Commands;
  queries: Queries;
  polls: Polls;
  inline: Inline;
  /** Posts a message to its chat with the next id. */
  post(chat: Chat, from: User, content: Partial<Message>): Message;
  /** Adds a message from an injected update, with its own id. */
  adopt(message: Message): void;
  /** Replaces a message; a `hidden` edit does not set edit_date. */
  edit(message: Message, options?: { hidden: boolean }): Message;
  remove(chatId: number, messageId: number): boolean;
  /** Pins a message above the others. Returns the service message that announces it. */
  pin(chat: Chat, message: Message, by: User): Message;
  unpin(chat: Chat, messageIds: readonly number[]): void;
}

const limits = { messagesPerChat: 1_000, fileBytes: 256 * 2 ** 20 };

/** @param token the bot token; the number before the colon is the bot's user id */
export function createWorld(token: string, clock: Clock, feed: Feed): World {
  const users = createUsers(feed);
  const chats = createChats(users, feed);
  const histories = createHistories(limits.messagesPerChat);
  const polls = createPolls({
    clock,
    feed,
    histories,
    // Votes do not mark the message as edited.
    edit: (message) => void edit(message, { hidden: true }),
  });

  function keep(message: Message): void {
    histories.put(message);
    polls.track(message);
    const chat = chats.get(message.chat.id);
    if (chat === undefined) return;
    chat.lastMessage = message;
    chat.activeAt = Date.now();
    feed.publish('message', () => ({ chat_id: message.chat.id, message }));
  }

  function edit(message: Message, { hidden } = { hidden: false }): Message {
    const edited = hidden ? message : { ...message, edit_date: clock.unixSeconds() };
    histories.put(edited);
    const chat = chats.get(message.chat.id);
    if (chat?.lastMessage?.message_id === message.message_id) chat.lastMessage = edited;
    feed.publish('edit', () => ({ chat_id: message.chat.id, message: edited }));
    return edited;
  }

  function post(chat: Chat, from: User, content: Partial<Message>): Message {
    const message: Message = {
      message_id: histories.nextMessageId(chat.identity.id),
      from,
      chat: chat.identity,
      date: clock.unixSeconds(),
      ...content,
    };
    keep(message);
    return message;
  }

  return {
    bot: {
      id: Number(token.split(':')[0]),
      is_bot: true,
      first_name: 'Chatlane playground',
      username: 'chatlane_playground_bot',
    },
    users,
    chats,
    histories,
    files: createFiles(clock, limits.fileBytes),
    commands: createCommands(),
    queries: createQueries(clock),
    polls,
    inline: createInline(clock),
    post,
    adopt(message) {
      if (message.from && !message.from.is_bot && !users.get(message.from.id)) {
        users.put(message.from);
      }
      chats.adopt(message.chat);
      keep(message);
    },
    edit,
    remove(chatId, messageId) {
      const removed = histories.delete(chatId, messageId);
      if (removed) feed.publish('delete', () => ({ chat_id: chatId, message_id: messageId }));
      return removed;
    },
    pin(chat, message, by) {
      const others = chat.pinned.filter((id) => id !== message.message_id);
      chat.pinned = [...others, message.message_id];
      chats.announce(chat);
      return post(chat, by, { pinned_message: asReplied(message) });
    },
    unpin(chat, messageIds) {
      chat.pinned = chat.pinned.filter((id) => !messageIds.includes(id));
      chats.announce(chat);
    },
  };
}
