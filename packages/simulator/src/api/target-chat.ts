import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import type { Message } from '../world/message.js';
import { badRequest, forbidden, upgraded } from './api-error.js';
import type { Arguments } from './arguments.js';

/** The chat that an argument names by id or @username; undefined when there is none. */
export function namedChat(
  { world }: Simulator,
  args: Arguments,
  name = 'chat_id',
): Chat | undefined {
  const given = args.text(name).trim();
  if (given.startsWith('@')) return world.chats.findByUsername(given.slice(1));
  return /^-?\d{1,16}$/.test(given) ? world.chats.get(Number(given)) : undefined;
}

/** @throws ApiError when the argument is missing, names no chat, or names one that has migrated */
export function existingChat(simulator: Simulator, args: Arguments, name = 'chat_id'): Chat {
  if (args.text(name).trim() === '') throw badRequest(`${name} is empty`);
  const chat = namedChat(simulator, args, name);
  if (chat?.upgradedTo) throw upgraded(chat.upgradedTo.identity.id);
  if (chat) return chat;
  const userId = Number(args.text(name));
  if (userId === simulator.world.bot.id)
    throw forbidden("bot can't send messages to the bot itself");
  if (simulator.world.users.get(userId)) {
    throw forbidden("bot can't initiate conversation with a user");
  }
  throw badRequest('chat not found');
}

/** A group or channel. @throws ApiError for a private chat */
export function groupNamed(simulator: Simulator, args: Arguments): Chat {
  const chat = existingChat(simulator, args);
  if (chat.identity.type === 'private') {
    throw badRequest('method is available only for groups and channels');
  }
  return chat;
}

/** A chat the bot may write to. @throws ApiError when the bot was blocked or removed */
export function writableChat(simulator: Simulator, args: Arguments): Chat {
  const chat = existingChat(simulator, args);
  const { id, type } = chat.identity;
  if (type === 'private' && simulator.world.users.isBlocking(id)) {
    throw forbidden('bot was blocked by the user');
  }
  if (!chat.botIsMember) {
    const kind =
      type === 'group' ? 'group chat' : type === 'channel' ? 'channel chat' : 'supergroup chat';
    throw forbidden(`bot is not a member of the ${kind}`);
  }
  return chat;
}

/** The message that `message_id` names. @throws ApiError `message to <purpose> not found` */
export function namedMessage(
  { world }: Simulator,
  chat: Chat,
  args: Arguments,
  purpose: string,
  name = 'message_id',
): Message {
  const id = args.integer(name, 0);
  if (id <= 0) throw badRequest(`message identifier is not specified`);
  const message = world.histories.get(chat.identity.id, id);
  if (!message) throw badRequest(`message to ${purpose} not found`);
  return message;
}
