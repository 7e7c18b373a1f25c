import { randomBytes } from 'node:crypto';
import type { Simulator } from '../../simulator.js';
import type { Chat } from '../../world/chat.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import type { Method, MethodFamily } from '../method.js';
import { existingChat, namedMessage } from '../target-chat.js';
import { memberOf } from './chats.js';

/** What changes a chat: members, title, pins, reactions. Members' permissions are accepted and not kept. */
export const chatManagementMethods: MethodFamily = (simulator) => ({
  banChatMember: changeMember(simulator, (chat, userId) => chat.memberIds.delete(userId)),
  unbanChatMember: changeMember(simulator, () => undefined),
  restrictChatMember: changeMember(simulator, () => undefined),
  promoteChatMember: changeMember(simulator, (chat, userId, args) => {
    // Without any right it is a demotion.
    const isAdmin = Object.keys(args.fields).some(
      (name) => name.startsWith('can_') && args.flag(name),
    );
    if (isAdmin) chat.adminIds.add(userId);
    else chat.adminIds.delete(userId);
  }),
  setChatPermissions: onGroup(simulator, () => undefined),
  setChatTitle: onGroup(simulator, (chat, args) => {
    const title = args.text('title').trim();
    if (title === '') throw badRequest('title must be non-empty');
    chat.identity = { ...chat.identity, title };
  }),
  setChatDescription: onGroup(simulator, (chat, args) => {
    chat.identity = { ...chat.identity, description: args.text('description') };
  }),
  leaveChat: onGroup(simulator, (chat) => (chat.botIsMember = false)),

  exportChatInviteLink({ args }) {
    groupNamed(simulator, args);
    return inviteLink();
  },

  createChatInviteLink({ args }) {
    groupNamed(simulator, args);
    return {
      invite_link: inviteLink(),
      creator: simulator.world.bot,
      creates_join_request: args.flag('creates_join_request'),
      is_primary: false,
      is_revoked: false,
    };
  },

  pinChatMessage({ args }) {
    const chat = existingChat(simulator, args);
    const message = namedMessage(simulator, chat, args, 'pin');
    const { world, queue } = simulator;
    // Of its own service messages a bot gets this one (telegram-bot-api, Client::need_skip_update_message).
    queue.push('message', world.pin(chat, message, world.bot));
    return true;
  },

  unpinChatMessage({ args }) {
    const chat = existingChat(simulator, args);
    const id = args.integer('message_id', chat.pinned.at(-1) ?? 0);
    if (!chat.pinned.includes(id)) throw badRequest('message to unpin not found');
    simulator.world.unpin(chat, [id]);
    return true;
  },

  unpinAllChatMessages({ args }) {
    const chat = existingChat(simulator, args);
    simulator.world.unpin(chat, chat.pinned);
    return true;
  },

  setMessageReaction({ args }) {
    const chat = existingChat(simulator, args);
    namedMessage(simulator, chat, args, 'react');
    if (!Array.isArray(args.json('reaction') ?? [])) throw badRequest('reaction must be an Array');
    return true;
  },
});

function groupNamed(simulator: Simulator, args: Arguments): Chat {
  const chat = existingChat(simulator, args);
  if (chat.identity.type === 'private')
    throw badRequest('method is available only for groups and channels');
  return chat;
}

function onGroup(simulator: Simulator, change: (chat: Chat, args: Arguments) => unknown): Method {
  return ({ args }) => {
    const chat = groupNamed(simulator, args);
    change(chat, args);
    simulator.world.chats.announce(chat);
    return true;
  };
}

/** A change of a member is an update too, for bots that ask for `chat_member`. */
function changeMember(
  simulator: Simulator,
  change: (chat: Chat, userId: number, args: Arguments) => unknown,
): Method {
  return onGroup(simulator, (chat, args) => {
    const userId = args.integer('user_id', 0);
    const before = memberOf(simulator, chat, userId);
    change(chat, userId, args);
    const after = memberOf(simulator, chat, userId);
    if (before['status'] === after['status']) return;
    simulator.queue.push('chat_member', {
      chat: chat.identity,
      from: simulator.world.bot,
      date: simulator.clock.unixSeconds(),
      old_chat_member: before,
      new_chat_member: after,
    });
  });
}

function inviteLink(): string {
  return `https://t.me/+${randomBytes(12).toString('base64url')}`;
}
