import { asFields, idOf, namePart, type Fields } from './fields.js';

/** The kinds that have express lanes. */
export const expressKinds = [
  'inline_query',
  'chosen_inline_result',
  'shipping_query',
  'pre_checkout_query',
  'chat_join_request',
] as const;

type LaneRule = (payload: Fields, kind: string) => string | undefined;

/** Updates that must not wait behind a chat: they expire within seconds and have no session. */
const express: LaneRule = (payload, kind) => {
  const user = idOf(payload['from']);
  return user && `express:${kind}:${user}`;
};

/** The chat's lane, or else the user's: a private chat has the id of its user. */
const chatOrUser: LaneRule = (payload) => {
  const id = idOf(payload['chat']) ?? idOf(payload['user']) ?? idOf(payload['from']);
  return id && `c:${id}`;
};

/** A business chat has the same id as the bot's own chat with that customer, so the lane includes the connection. */
const business: LaneRule = (payload) => {
  const connection = namePart(payload['business_connection_id']);
  const chat = idOf(payload['chat']);
  return connection && chat && `b:${connection}:${chat}`;
};

const poll = (id: unknown): string | undefined => {
  const name = namePart(id);
  return name && `p:${name}`;
};

/** Rules for the kinds that do not simply belong to their chat or user. */
const rules: Readonly<Partial<Record<string, LaneRule>>> = {
  business_connection: (payload) => {
    const connection = namePart(payload['id']);
    return connection && `b:${connection}`;
  },
  business_message: business,
  edited_business_message: business,
  deleted_business_messages: business,
  guest_message: (payload) => {
    const chat = idOf(payload['chat']);
    return chat && `g:${chat}`;
  },
  inline_query: express,
  chosen_inline_result: express,
  shipping_query: express,
  pre_checkout_query: express,
  chat_join_request: (payload, kind) =>
    typeof payload['query_id'] === 'string' ? express(payload, kind) : chatOrUser(payload, kind),
  callback_query: (payload, kind) => {
    const message = asFields(payload['message']);
    if (message?.['business_connection_id']) return business(message, kind);
    return chatOrUser({ chat: message?.['chat'], from: payload['from'] }, kind);
  },
  poll: (payload) => poll(payload['id']),
  poll_answer: (payload) => poll(payload['poll_id']),
};

/**
 * The lane of an update: printable ASCII without spaces, at most 120 characters. Different kinds of lanes never share a
 * name: their prefixes differ, and no part of a name contains a colon. An update without a chat and a user gets a lane
 * of its own.
 */
export function laneOf(updateId: number, kind: string, payload: unknown): string {
  const fields = asFields(payload);
  const rule = Object.hasOwn(rules, kind) ? rules[kind] : chatOrUser;
  return (fields && rule?.(fields, kind)) ?? `x:${updateId}`;
}

/** The lane of a user's private chat with the bot, which has the id of the user. */
export function privateLane(userId: number): string {
  return `c:${userId}`;
}

/** The lane in which the runs of a schedule follow each other. */
export function scheduleLane(name: string): string {
  return `s:${name}`;
}
