import type { Simulator } from '../../simulator.js';
import type { Message } from '../../world/message.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import type { MethodFamily } from '../method.js';
import { originOf } from '../origin.js';
import { send } from '../send.js';
import { existingChat, namedMessage, writableChat } from '../target-chat.js';
import { captionOf } from './send-media.js';

/** Fields that belong to a message's position, not to its content. */
const placeFields = new Set([
  'message_id',
  'from',
  'chat',
  'date',
  'edit_date',
  'reply_to_message',
  'external_reply',
  'quote',
  'reply_markup',
  'media_group_id',
  'forward_origin',
  'message_thread_id',
  'is_topic_message',
]);

/** The forward and copy methods. */
export const forwardMethods: MethodFamily = (simulator) => ({
  forwardMessage({ args }) {
    const chat = writableChat(simulator, args);
    const from = existingChat(simulator, args, 'from_chat_id');
    const source = namedMessage(simulator, from, args, 'forward');
    return send(simulator, chat, args, forwarded(source));
  },

  forwardMessages({ args }) {
    const chat = writableChat(simulator, args);
    const sources = namedMessages(simulator, args, 'forward');
    return sources.map((source) => idOf(send(simulator, chat, args, forwarded(source))));
  },

  copyMessage({ args }) {
    const chat = writableChat(simulator, args);
    const from = existingChat(simulator, args, 'from_chat_id');
    const source = namedMessage(simulator, from, args, 'copy');
    const caption = args.has('caption') ? captionOf(simulator, args) : {};
    return idOf(send(simulator, chat, args, { ...contentOf(source), ...caption }));
  },

  copyMessages({ args }) {
    const chat = writableChat(simulator, args);
    const sources = namedMessages(simulator, args, 'copy');
    return sources.map((source) => idOf(send(simulator, chat, args, contentOf(source))));
  },
});

function namedMessages(simulator: Simulator, args: Arguments, purpose: string): Message[] {
  const from = existingChat(simulator, args, 'from_chat_id');
  const ids = args.json('message_ids');
  const listed = Array.isArray(ids) ? ids.map(Number) : [];
  const found = listed
    .map((id) => simulator.world.histories.get(from.identity.id, id))
    .filter((message) => message !== undefined);
  if (found.length === 0) throw badRequest(`there are no messages to ${purpose}`);
  return found;
}

function contentOf(message: Message): Partial<Message> {
  return Object.fromEntries(Object.entries(message).filter(([field]) => !placeFields.has(field)));
}

function forwarded(source: Message): Partial<Message> {
  return { forward_origin: originOf(source), ...contentOf(source) };
}

function idOf({ message_id }: Message): { message_id: number } {
  return { message_id };
}
