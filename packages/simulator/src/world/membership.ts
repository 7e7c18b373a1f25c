import type { Chat } from './chat.js';
import { permissionNames, type Permissions, type Rights, type Standing } from './permissions.js';

/** An end date nearer than this, or further away than the maximum, means forever. */
const shortestSeconds = 30;
const longestSeconds = 366 * 86_400;

/** The effective end date of a ban or restriction: 0, forever, when `given` is too near or too far. */
export function untilDate(given: number, now: number): number {
  const seconds = given - now;
  return seconds < shortestSeconds || seconds > longestSeconds ? 0 : given;
}

/** The user's current status; expired bans and restrictions do not count. */
export function standingOf(chat: Chat, userId: number, now: number): Standing | undefined {
  const standing = chat.standings.get(userId);
  if (!standing || standing.kind === 'administrator' || standing.untilDate === 0) return standing;
  if (now < standing.untilDate) return standing;
  chat.standings.delete(userId);
  return undefined;
}

/** The first administrator; the bot never owns a chat. */
export function creatorOf(chat: Chat, botId: number): number | undefined {
  const [first] = chat.adminIds;
  return first === botId ? undefined : first;
}

/** Removes a user. A supergroup keeps them out; a basic group only removes them. */
export function ban(chat: Chat, userId: number, until: number): void {
  chat.memberIds.delete(userId);
  chat.adminIds.delete(userId);
  if (chat.identity.type === 'group') chat.standings.delete(userId);
  else chat.standings.set(userId, { kind: 'banned', untilDate: until });
}

/** Lifts a ban. Unless `onlyIfBanned`, a user who is not banned is removed. */
export function unban(chat: Chat, userId: number, onlyIfBanned: boolean): void {
  if (chat.standings.get(userId)?.kind === 'banned') chat.standings.delete(userId);
  else if (!onlyIfBanned) {
    chat.memberIds.delete(userId);
    chat.adminIds.delete(userId);
    if (chat.standings.get(userId)?.kind === 'administrator') chat.standings.delete(userId);
  }
}

/** Restricts a member; granting all permissions lifts the restriction. */
export function restrict(
  chat: Chat,
  userId: number,
  { permissions, until }: { permissions: Permissions; until: number },
): void {
  chat.adminIds.delete(userId);
  if (permissionNames.every((name) => permissions[name])) chat.standings.delete(userId);
  else chat.standings.set(userId, { kind: 'restricted', permissions, untilDate: until });
}

/** Makes a user an administrator, or an ordinary member again when no right is granted. */
export function promote(chat: Chat, userId: number, rights: Rights): void {
  if (Object.values(rights).includes(true)) {
    chat.memberIds.add(userId);
    chat.adminIds.add(userId);
    chat.standings.set(userId, { kind: 'administrator', rights });
  } else {
    chat.adminIds.delete(userId);
    if (chat.standings.get(userId)?.kind === 'administrator') chat.standings.delete(userId);
  }
}
