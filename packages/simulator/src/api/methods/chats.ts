import type { Chat } from '../../world/chat.js';
import { asBotSeesIt } from '../../world/message.js';
import { badRequest } from '../api-error.js';
import type { MethodFamily } from '../method.js';
import { memberOf } from '../chat-member.js';
import { existingChat } from '../target-chat.js';

const acceptedGifts = {
  unlimited_gifts: true,
  limited_gifts: true,
  unique_gifts: true,
  premium_subscription: true,
  gifts_from_channels: true,
};

/** Queries about chats and their members. */
export const chatMethods: MethodFamily = (simulator) => ({
  getChat({ args }) {
    const chat = existingChat(simulator, args);
    const pinned = chat.pinned.at(-1);
    const message =
      pinned === undefined ? undefined : simulator.world.histories.get(chat.identity.id, pinned);
    const { identity, permissions, description, inviteLink } = chat;
    return {
      ...identity,
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types: acceptedGifts,
      ...(identity.type !== 'private' && { permissions }),
      ...(description && { description }),
      ...(inviteLink !== undefined && { invite_link: inviteLink }),
      ...(message && { pinned_message: asBotSeesIt(message) }),
    };
  },

  getChatMember({ args }) {
    const chat = existingChat(simulator, args);
    return memberOf(simulator, chat, args.integer('user_id', 0));
  },

  getChatAdministrators({ args }) {
    const chat = groupOf(existingChat(simulator, args));
    return [...chat.adminIds].map((id) => memberOf(simulator, chat, id));
  },

  getChatMemberCount({ args }) {
    return membersIn(existingChat(simulator, args));
  },

  /** The former name, which Telegraf still calls. */
  getChatMembersCount({ args }) {
    return membersIn(existingChat(simulator, args));
  },
});

/** @throws ApiError for a private chat, which has no member list */
function groupOf(chat: Chat): Chat {
  if (chat.identity.type !== 'private') return chat;
  throw badRequest('there are no administrators in the private chat');
}

function membersIn(chat: Chat): number {
  return chat.memberIds.size + (chat.botIsMember ? 1 : 0);
}
