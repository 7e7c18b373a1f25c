import type { Message } from './message.js';

/** The newest messages of every chat, oldest first. */
export interface Histories {
  get(chatId: number, messageId: number): Message | undefined;
  /** Adds the message, or replaces the one with its number. */
  put(message: Message): void;
  delete(chatId: number, messageId: number): boolean;
  list(chatId: number): Message[];
  /** Reserves the next message id of this chat. */
  nextMessageId(chatId: number): number;
}

/** Supergroups count their own messages; private chats and basic groups share one counter per bot. */
const lastOwnCounterId = -1_000_000_000_000;

/** @param perChat how many messages each chat keeps; the oldest are deleted first */
export function createHistories(perChat: number): Histories {
  const chats = new Map<number, Map<number, Message>>();
  const counters = new Map<number, number>();

  function counterOf(chatId: number): number {
    return chatId < lastOwnCounterId ? chatId : 0;
  }

  return {
    get: (chatId, messageId) => chats.get(chatId)?.get(messageId),
    put(message) {
      const chatId = message.chat.id;
      const messages = chats.get(chatId) ?? new Map<number, Message>();
      chats.set(chatId, messages);
      messages.set(message.message_id, message);
      const counter = counterOf(chatId);
      counters.set(counter, Math.max(counters.get(counter) ?? 0, message.message_id));
      if (messages.size <= perChat) return;
      for (const oldest of messages.keys()) {
        messages.delete(oldest);
        break;
      }
    },
    delete: (chatId, messageId) => chats.get(chatId)?.delete(messageId) ?? false,
    list: (chatId) => [...(chats.get(chatId)?.values() ?? [])],
    nextMessageId(chatId) {
      const counter = counterOf(chatId);
      const id = (counters.get(counter) ?? 0) + 1;
      counters.set(counter, id);
      return id;
    },
  };
}
