import type { ChatRoute } from '@chatlane/contracts';

/** A call of the Bot API. */
export interface ApiCall {
  method: string;
  payload: Readonly<Record<string, unknown>>;
}

/** The place in a chat to which calls for the chat are routed. */
export interface Destination {
  chatId: number;
  route: ChatRoute;
  /** The turn's message, if it is ephemeral. */
  ephemeralMessageId?: number | undefined;
  /** The id of the callback query, if a button was pressed. */
  callbackQueryId?: string | undefined;
}

/** A call would act on another chat with the same id, or show something to people it is not meant for. */
export class WrongPlaceError extends Error {
  override readonly name = 'WrongPlaceError';
  /** The event is given up at once. */
  readonly nextAction = 'never';
}

const sends = words(`
  sendMessage sendRichMessage sendPhoto sendLivePhoto sendAudio sendDocument sendVideo sendAnimation
  sendVoice sendVideoNote sendLocation sendVenue sendContact sendSticker
`);
const toTopics = [
  ...sends,
  ...words('forwardMessage forwardMessages copyMessage copyMessages'),
  ...words('sendPaidMedia sendMediaGroup sendDice sendInvoice'),
];
const inBusiness = words(`
  sendPaidMedia sendMediaGroup sendPoll sendChecklist sendDice sendChatAction sendGame stopPoll
  editMessageText editMessageCaption editMessageMedia editMessageReplyMarkup editMessageChecklist
  editMessageLiveLocation stopMessageLiveLocation pinChatMessage unpinChatMessage readBusinessMessage
`);
const toThreads = words(`
  sendPoll sendMessageDraft sendRichMessageDraft sendChatAction sendGame
`);

/** For each parameter, the methods of Bot API 10.3 that accept it. */
const accepting = {
  message_thread_id: new Set([...toTopics, ...toThreads]),
  direct_messages_topic_id: new Set(toTopics),
  business_connection_id: new Set([...sends, ...inBusiness]),
  ephemeral_message_parameters: new Set(sends),
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/**
 * Routes a call for the chat of `to` to the place in it that the turn is about. Calls for other chats, and calls that
 * name a place themselves, are not changed.
 *
 * @throws WrongPlaceError when the Bot API does not support this call there
 */
export function reroute(call: ApiCall, to: Destination): ApiCall {
  const isHere = (id: unknown): boolean => id === to.chatId || id === String(to.chatId);
  const goesHere = isHere(call.payload['chat_id']);
  const comesFromHere = isHere(call.payload['from_chat_id']);
  if (!(goesHere || comesFromHere) || call.method.startsWith('get')) return call;
  const { businessConnectionId, guestQueryId, receiverUserId, directMessagesTopicId, threadId } =
    to.route;
  if (businessConnectionId !== undefined) return inBusinessChat(call, businessConnectionId);
  if (guestQueryId !== undefined) return asGuest(call, guestQueryId);
  if (!goesHere) return call;
  if (receiverUserId !== undefined) return forOneUser(call, receiverUserId, to);
  if (directMessagesTopicId !== undefined) {
    return withParameter(call, 'direct_messages_topic_id', directMessagesTopicId);
  }
  return threadId === undefined ? call : withParameter(call, 'message_thread_id', threadId);
}

function withParameter(call: ApiCall, name: keyof typeof accepting, value: unknown): ApiCall {
  const { method, payload } = call;
  if (!accepting[name].has(method) || payload[name] !== undefined) return call;
  return { method, payload: { ...payload, [name]: value } };
}

/** A business chat has the same id as the bot's own chat with that person, so a call must never go there by mistake. */
function inBusinessChat(call: ApiCall, connection: string): ApiCall {
  const { method, payload } = call;
  if ('business_connection_id' in payload) return call;
  if (accepting.business_connection_id.has(method)) {
    return withParameter(call, 'business_connection_id', connection);
  }
  if (method !== 'deleteMessage' && method !== 'deleteMessages') {
    const way =
      'pass business_connection_id: undefined to mean the own chat of the bot with this person';
    throw new WrongPlaceError(`${method} does not reach a business chat; ${way}.`);
  }
  const message_ids = payload['message_ids'] ?? [payload['message_id']];
  return {
    method: 'deleteBusinessMessages',
    payload: { business_connection_id: connection, message_ids },
  };
}

function asGuest({ method, payload }: ApiCall, query: string): ApiCall {
  if (method !== 'sendMessage') {
    const way = 'ctx.reply answers it with a text, answerGuestQuery with anything else';
    throw new WrongPlaceError(`${method} does not reach the chat of a guest message; ${way}.`);
  }
  const { text: message_text, parse_mode, entities, link_preview_options, reply_markup } = payload;
  const content = { message_text, parse_mode, entities, link_preview_options };
  const result = { type: 'article', id: 'answer', title: 'answer', input_message_content: content };
  return {
    method: 'answerGuestQuery',
    payload: { guest_query_id: query, result: { ...result, reply_markup } },
  };
}

function forOneUser(call: ApiCall, user: number, to: Destination): ApiCall {
  const { method, payload } = call;
  if ('ephemeral_message_parameters' in payload) return call;
  if (accepting.ephemeral_message_parameters.has(method)) {
    const { callbackQueryId } = to;
    return withParameter(call, 'ephemeral_message_parameters', {
      receiver_user_id: user,
      ...(callbackQueryId !== undefined && { callback_query_id: callbackQueryId }),
    });
  }
  // Ephemeral messages have 0 instead of an id.
  if (payload['message_id'] === 0 && /^(edit|delete)Message/.test(method)) {
    const message = { receiver_user_id: user, ephemeral_message_id: to.ephemeralMessageId };
    const ephemeral: Record<string, unknown> = { ...payload, ...message };
    delete ephemeral['message_id'];
    return { method: method.replace('Message', 'EphemeralMessage'), payload: ephemeral };
  }
  if (/^(send(?!ChatAction)|forward|copy)/.test(method)) {
    const way = 'pass ephemeral_message_parameters: undefined to have all see it';
    throw new WrongPlaceError(`${method} does not reach one user of a chat alone; ${way}.`);
  }
  return call;
}
