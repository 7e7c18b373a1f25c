import { asFields, idOf } from './fields.js';

/** A basic group that became a supergroup: the same members, a new chat id. */
export interface Migration {
  /** The id of the basic group, which no longer accepts calls. */
  oldChatId: number;
  /** The id of the supergroup. */
  newChatId: number;
  /** The lane of the basic group. */
  fromLane: string;
  /** The lane of the supergroup. */
  toLane: string;
}

/**
 * Reads one of the two service messages of a migration: `migrate_to_chat_id` in the old chat or `migrate_from_chat_id`
 * in the new one. They arrive in either order. Undefined for any other update.
 */
export function readMigration(update: unknown): Migration | undefined {
  const message = asFields(asFields(update)?.['message']);
  const chatId = idOf(message?.['chat']);
  if (!message || chatId === undefined) return undefined;
  const { migrate_to_chat_id: newChatId, migrate_from_chat_id: oldChatId } = message;
  return migrationBetween(Number(chatId), newChatId) ?? migrationBetween(oldChatId, Number(chatId));
}

/**
 * Undefined unless the old id is that of a basic group and the new one that of a supergroup: no other chats migrate.
 */
export function migrationBetween(oldChatId: unknown, newChatId: unknown): Migration | undefined {
  if (!isBasicGroup(oldChatId) || !isSupergroup(newChatId)) return undefined;
  return { oldChatId, newChatId, fromLane: groupLane(oldChatId), toLane: groupLane(newChatId) };
}

/**
 * Basic groups have ids -id, supergroups -1000000000000 - id (telegram-bot-api, Client.cpp). Only the former can
 * migrate.
 */
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
