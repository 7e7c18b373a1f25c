import { asFields, idOf, type Fields } from './fields.js';

/**
 * The session of an event inside its lane: the id of the user who caused it, '' for the chat's own session, or
 * undefined when it has no session (in express lanes and lanes of a single update).
 */
export function sessionUserOf(lane: string, payload: unknown): string | undefined {
  if (lane.startsWith('express:') || lane.startsWith('x:')) return undefined;
  const fields = asFields(payload) ?? {};
  const sender = senderOf(fields);
  // A chat that writes as itself (channel post, anonymous administrator) has the chat's own session.
  if (sender !== undefined && sender === idOf(fields['chat']))
    return isPrivate(sender) ? sender : '';
  return sender ?? userOfPrivateLane(lane) ?? '';
}

/**
 * The sender chat takes precedence: when a user writes as a chat, the server fills `from` with a shared placeholder
 * (GroupAnonymousBot, Channel_Bot, 777000).
 */
function senderOf(payload: Fields): string | undefined {
  const source = asFields(asFields(payload['boost'])?.['source']) ?? asFields(payload['source']);
  return (
    idOf(payload['sender_chat']) ??
    idOf(payload['actor_chat']) ??
    idOf(payload['voter_chat']) ??
    idOf(payload['from']) ??
    idOf(payload['user']) ??
    idOf(source?.['user'])
  );
}

const isPrivate = (chatId: string): boolean => !chatId.startsWith('-');

/** A private chat has one user, with the id of the chat, even if the payload does not name them. */
function userOfPrivateLane(lane: string): string | undefined {
  const [prefix, id] = lane.split(':');
  return prefix === 'c' && id !== undefined && isPrivate(id) ? id : undefined;
}

/**
 * The key of a session. A session belongs to exactly one lane, so that the lane's order protects it.
 *
 * @param sessionUser as returned by `readUpdate`
 * @throws TypeError when `sessionUser` contains a colon, because the key could then belong to two lanes
 */
export function sessionKey(lane: string, sessionUser: string): string {
  if (sessionUser.includes(':')) throw new TypeError('sessionUser must not contain a colon.');
  return `${lane}:${sessionUser}`;
}
