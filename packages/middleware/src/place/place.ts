import type { ChatRoute } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import type { User } from 'telegraf/types';
import { sentMessage } from '../guards/sender.js';

/** What is read of a chat; a private chat also has its user's names. */
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
  /** Who caused the update; absent: Telegram does not say. */
  from?: User;
  /** The message that was sent, edited, or has the button that was pressed. */
  message?: PlacedMessage;
  route: ChatRoute;
  /** The query of a pressed button. */
  callbackQueryId?: string;
}

/** What is looked at in a message, or in the payload of another update that names a place in a chat. */
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

/** Kinds of updates whose chat and sender Telegraf knows, or that come from no chat. */
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

/** Undefined for updates that come from no chat, and for those that name nothing but a chat known to Telegraf. */
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

/** How messages reach the place of a message; `user` is who caused the update. */
function routeOf(message: PlacedMessage, user: User | undefined): ChatRoute {
  const route: ChatRoute = {};
  const { message_thread_id: threadId, business_connection_id: businessConnectionId } = message;
  const { direct_messages_topic: topic, guest_query_id: guestQueryId } = message;
  // A reply outside of forums has a thread id too, and cannot be written to by it.
  if (message.is_topic_message === true && threadId !== undefined) route.threadId = threadId;
  if (businessConnectionId !== undefined) route.businessConnectionId = businessConnectionId;
  if (topic?.topic_id !== undefined) route.directMessagesTopicId = topic.topic_id;
  if (guestQueryId !== undefined) route.guestQueryId = guestQueryId;
  if (message.ephemeral_message_id !== undefined && user) route.receiverUserId = user.id;
  return route;
}

/** The route alone of what also has one. */
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
  /** Of a business connection: the bot's chat with the account's owner. */
  user_chat_id?: number;
}

function newPayloadOf(update: object): Payload | undefined {
  const found = Object.entries(update).find(
    ([kind]) => !readByTelegraf.has(kind) && kind !== 'update_id',
  );
  const payload: unknown = found?.[1];
  return typeof payload === 'object' && payload !== null ? payload : undefined;
}

/** As the lane is chosen: the chat, else the private chat of the user. */
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

/** Both sides of a business chat may have caused an update; Telegraf reads who boosted. */
function isOfUser({ type }: PlaceChat, payload: Payload): boolean {
  return type === 'private' && !('business_connection_id' in payload || 'boost' in payload);
}

function privateChatOf({ is_bot: _, ...user }: User, chatId = user.id): PlaceChat {
  return { ...user, id: chatId, type: 'private' };
}

function userOf({ type: _, first_name = '', ...chat }: PlaceChat): User {
  return { ...chat, first_name, is_bot: false };
}
