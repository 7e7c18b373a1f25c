import { asFields, idOf } from './fields.js';

/** A basic group that became a supergroup: the same people, another chat id. */
export interface Migration {
  oldChatId: number;
  newChatId: number;
  /** The group's lane, and the supergroup's. */
  fromLane: string;
  toLane: string;
}

/**
 * Reads an update that is one of the two service messages of a migration: `migrate_to_chat_id` in the old chat,
 * `migrate_from_chat_id` in the new one. They come in either order. Undefined: it is neither.
 */
export function readMigration(update: unknown): Migration | undefined {
  const message = asFields(asFields(update)?.['message']);
  const chatId = idOf(message?.['chat']);
  if (!message || chatId === undefined) return undefined;
  const { migrate_to_chat_id: newChatId, migrate_from_chat_id: oldChatId } = message;
  return migrationBetween(Number(chatId), newChatId) ?? migrationBetween(oldChatId, Number(chatId));
}

/** Undefined when the ids are not a basic group's and a supergroup's: then nothing can have migrated. */
export function migrationBetween(oldChatId: unknown, newChatId: unknown): Migration | undefined {
  if (!isBasicGroup(oldChatId) || !isSupergroup(newChatId)) return undefined;
  return { oldChatId, newChatId, fromLane: groupLane(oldChatId), toLane: groupLane(newChatId) };
}

/** Only these can migrate: a basic group has -id, a supergroup -1000000000000 - id (telegram-bot-api, Client.cpp). */
export function isBasicGroup(chatId: unknown): chatId is number {
  return Number.isSafeInteger(chatId) && (chatId as number) < 0 && (chatId as number) > -1e12;
}

function isSupergroup(chatId: unknown): chatId is number {
  return Number.isSafeInteger(chatId) && (chatId as number) < -1e12;
}

/** The lane of a group. */
export function groupLane(chatId: number): string {
  return `c:${chatId}`;
}
