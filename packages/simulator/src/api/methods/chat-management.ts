import { randomBytes } from 'node:crypto';
import type { Simulator } from '../../simulator.js';
import type { Chat } from '../../world/chat.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import type { Method, MethodFamily } from '../method.js';
import { memberOf } from '../chat-member.js';
import { existingChat, groupNamed, namedMessage } from '../target-chat.js';

const longestLinkName = 32;

/** Methods that change a chat: title, description, links, pins, reactions. */
export const chatManagementMethods: MethodFamily = (simulator) => ({
  setChatTitle: onGroup(simulator, (chat, args) => {
    const title = args.text('title').trim();
    if (title === '') throw badRequest('title must be non-empty');
    const { world, queue } = simulator;
    chat.identity = { ...chat.identity, title };
    queue.push('message', world.post(chat, world.bot, { new_chat_title: title }));
  }),
  setChatDescription: onGroup(simulator, (chat, args) => {
    chat.description = args.text('description');
  }),
  leaveChat: onGroup(simulator, (chat) => {
    const { world, queue, clock } = simulator;
    const before = memberOf(simulator, chat, world.bot.id);
    if (!chat.botIsMember) return;
    chat.botIsMember = false;
    chat.adminIds.delete(world.bot.id);
    queue.push('my_chat_member', {
      chat: chat.identity,
      from: world.bot,
      date: clock.unixSeconds(),
      old_chat_member: before,
      new_chat_member: memberOf(simulator, chat, world.bot.id),
    });
  }),

  exportChatInviteLink({ args }) {
    const chat = groupNamed(simulator, args);
    chat.inviteLink = inviteLink();
    return chat.inviteLink;
  },

  createChatInviteLink({ args }) {
    groupNamed(simulator, args);
    const name = args.text('name');
    const member_limit = args.integer('member_limit', 0, 0, 100_000);
    const expire_date = args.integer('expire_date', 0, 0);
    const creates_join_request = args.flag('creates_join_request');
    if ([...name].length > longestLinkName) throw badRequest('invite link name is too long');
    if (creates_join_request && member_limit > 0) {
      throw badRequest(
        "member limit can't be specified for links requiring administrator approval",
      );
    }
    return {
      invite_link: inviteLink(),
      creator: simulator.world.bot,
      ...(name && { name }),
      ...(expire_date > 0 && { expire_date }),
      ...(member_limit > 0 && { member_limit }),
      creates_join_request,
      is_primary: false,
      is_revoked: false,
    };
  },

  pinChatMessage({ args }) {
    const chat = existingChat(simulator, args);
    const message = namedMessage(simulator, chat, args, 'pin');
    const { world, queue } = simulator;
    // This is one of the few service messages of its own that a bot receives (Client::need_skip_update_message).
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

function onGroup(simulator: Simulator, change: (chat: Chat, args: Arguments) => unknown): Method {
  return ({ args }) => {
    const chat = groupNamed(simulator, args);
    change(chat, args);
    simulator.world.chats.announce(chat);
    return true;
  };
}

function inviteLink(): string {
  return `https://t.me/+${randomBytes(12).toString('base64url')}`;
}
