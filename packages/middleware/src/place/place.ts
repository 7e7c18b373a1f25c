import type { ChatRoute } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import type { User } from 'telegraf/types';
import { sentMessage } from '../guards/sender.js';

/** The fields of a chat that are read. A private chat also has its user's names. */
export interface PlaceChat {
  id: number;
  type: string;
  first_name?: string;
  last_name?: string;
  username?: string;
}

/** Where an update came from. */
export interface Place {
  chat: PlaceChat;
  /** Who caused the update. Absent: Telegram does not say. */
  from?: User;
  /** The message that was sent or edited, or whose button was pressed. */
  message?: PlacedMessage;
  route: ChatRoute;
  /** The query of a pressed button. */
  callbackQueryId?: string;
}

/** The fields that are read, of a message or of another payload that names a place in a chat. */
export interface PlacedMessage {
  chat?: PlaceChat;
  from?: User;
  message_id?: number;
  date?: number;
  message_thread_id?: number;
  is_topic_message?: boolean;
  business_connection_id?: string;
  direct_messages_topic?: { topic_id?: number };
  guest_query_id?: string;
  ephemeral_message_id?: number;
}

/** Kinds of updates that Telegraf reads chat and sender from, or that come from no chat. */
const readByTelegraf: ReadonlySet<string> = new Set([
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'removed_chat_boost',
]);

/** Undefined for updates that come from no chat, and for those without a message whose chat Telegraf reads itself. */
export function placeOf(ctx: Context): Place | undefined {
  const query = ctx.callbackQuery;
  const message = (sentMessage(ctx) ?? query?.message) as PlacedMessage | undefined;
  if (!isChat(message?.chat)) return placeOfPayload(newPayloadOf(ctx.update));
  const from = query?.from ?? message.from;
  return {
    chat: message.chat,
    ...(from && { from }),
    message,
    route: routeOf(message, from),
    ...(query && { callbackQueryId: query.id }),
  };
}

/** The parameters with which calls reach the place of a message. `user` caused the update. */
function routeOf(message: PlacedMessage, user: User | undefined): ChatRoute {
  const route: ChatRoute = {};
  const { message_thread_id: threadId, business_connection_id: businessConnectionId } = message;
  const { direct_messages_topic: topic, guest_query_id: guestQueryId } = message;
  // Outside of forums a reply also has a thread id, which calls must not use.
  if (message.is_topic_message === true && threadId !== undefined) route.threadId = threadId;
  if (businessConnectionId !== undefined) route.businessConnectionId = businessConnectionId;
  if (topic?.topic_id !== undefined) route.directMessagesTopicId = topic.topic_id;
  if (guestQueryId !== undefined) route.guestQueryId = guestQueryId;
  if (message.ephemeral_message_id !== undefined && user) route.receiverUserId = user.id;
  return route;
}

/** Picks the route out of an address. */
export function routeIn(address: ChatRoute): ChatRoute {
  const { threadId, businessConnectionId, directMessagesTopicId, guestQueryId, receiverUserId } =
    address;
  return {
    ...(threadId !== undefined && { threadId }),
    ...(businessConnectionId !== undefined && { businessConnectionId }),
    ...(directMessagesTopicId !== undefined && { directMessagesTopicId }),
    ...(guestQueryId !== undefined && { guestQueryId }),
    ...(receiverUserId !== undefined && { receiverUserId }),
  };
}

export function withoutThread(route: ChatRoute): ChatRoute {
  if (route.threadId === undefined) return route;
  const others = { ...route };
  delete others.threadId;
  return others;
}

interface Payload extends PlacedMessage {
  user?: User;
  /** In a business connection: the bot's chat with the owner of the account. */
  user_chat_id?: number;
}

function newPayloadOf(update: object): Payload | undefined {
  const found = Object.entries(update).find(
    ([kind]) => !readByTelegraf.has(kind) && kind !== 'update_id',
  );
  const payload: unknown = found?.[1];
  return typeof payload === 'object' && payload !== null ? payload : undefined;
}

/** Follows the choice of the lane: the chat, or else the user's private chat. */
function placeOfPayload(payload: Payload | undefined): Place | undefined {
  const user = payload?.from ?? payload?.user;
  const chat = payload?.chat ?? (user && privateChatOf(user, payload?.user_chat_id));
  if (payload === undefined || !isChat(chat)) return undefined;
  const from = user ?? (isOfUser(chat, payload) ? userOf(chat) : undefined);
  const route = routeOf({ ...payload, is_topic_message: true }, from);
  return { chat, ...(from && { from }), route };
}

function isChat(chat: PlaceChat | undefined): chat is PlaceChat {
  return Number.isSafeInteger(chat?.id);
}

/** Excludes business chats, where either side may have caused the update, and boosts, whose user Telegraf reads. */
function isOfUser({ type }: PlaceChat, payload: Payload): boolean {
  return type === 'private' && !('business_connection_id' in payload || 'boost' in payload);
}

function privateChatOf({ is_bot: _, ...user }: User, chatId = user.id): PlaceChat {
  return { ...user, id: chatId, type: 'private' };
}

function userOf({ type: _, first_name = '', ...chat }: PlaceChat): User {
  return { ...chat, first_name, is_bot: false };
}
