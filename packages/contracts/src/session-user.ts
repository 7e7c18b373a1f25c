import { asFields, idOf, type Fields } from './fields.js';

/**
 * Whose session an event belongs to inside its lane: the id of who caused it, or '' for the chat's
 * own session; undefined where there is no session at all (express and one-update lanes).
 */
export function sessionUserOf(lane: string, payload: unknown): string | undefined {
  if (lane.startsWith('express:') || lane.startsWith('x:')) return undefined;
  const fields = asFields(payload) ?? {};
  const sender = senderOf(fields);
  // A chat that speaks as itself (channel post, anonymous administrator) has the chat's own session.
  if (sender !== undefined && sender === idOf(fields['chat']))
    return isPrivate(sender) ? sender : '';
  return sender ?? userOfPrivateLane(lane) ?? '';
}

/**
 * A sender chat comes before the user: the server fills `from` with a shared stand-in
 * (GroupAnonymousBot, Channel_Bot, 777000) when somebody writes as a chat.
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

/** A private chat has one user, who has its number, also where the payload does not name him. */
function userOfPrivateLane(lane: string): string | undefined {
  const [prefix, id] = lane.split(':');
  return prefix === 'c' && id !== undefined && isPrivate(id) ? id : undefined;
}

/**
 * The key of a session: a session belongs to exactly one lane, so that the lane's order
 * protects it. `sessionUser` as `readUpdate` gave it.
 * @throws TypeError when `sessionUser` holds a colon: the key could then belong to two lanes.
 */
export function sessionKey(lane: string, sessionUser: string): string {
  if (sessionUser.includes(':')) throw new TypeError('sessionUser must not hold a colon.');
  return `${lane}:${sessionUser}`;
}
