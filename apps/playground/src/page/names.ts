import type { Chat, User } from './wire.js';

/** First and last name, as one line. */
export function fullName(person: { first_name?: string; last_name?: string }): string {
  return [person.first_name, person.last_name].filter(Boolean).join(' ') || 'Nameless';
}

/** What a chat is called on the list: the bot in a private chat, the title elsewhere. */
export function chatTitle(chat: Chat, bot: User | undefined): string {
  if (chat.type === 'private') return bot ? fullName(bot) : 'Bot';
  return chat.title ?? 'Group';
}

/** Up to two letters for an avatar. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = words[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return (firstLetter(first) + firstLetter(last)).toUpperCase() || '?';
}

function firstLetter(word: string): string {
  return /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '';
}

/** One of seven colours, the same for an id everywhere and always. */
export function tone(id: number): number {
  return Math.abs(id) % 7;
}
