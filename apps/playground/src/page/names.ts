import type { Chat, User } from './wire.js';

/** First and last name on one line. */
export function fullName(person: { first_name?: string; last_name?: string }): string {
  return [person.first_name, person.last_name].filter(Boolean).join(' ') || 'Nameless';
}

/** A chat's title in the list: the bot's name for a private chat. */
export function chatTitle(chat: Chat, bot: User | undefined): string {
  if (chat.type === 'private') return bot ? fullName(bot) : 'Bot';
  return chat.title ?? 'Group';
}

/** Up to two initials for an avatar. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = words[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return (firstLetter(first) + firstLetter(last)).toUpperCase() || '?';
}

function firstLetter(word: string): string {
  return /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '';
}

/** One of seven colours, fixed per id. */
export function tone(id: number): number {
  return Math.abs(id) % 7;
}
