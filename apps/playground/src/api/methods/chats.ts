import type { Simulator } from '../../simulator.js';
import type { Chat } from '../../world/chat.js';
import { asBotSeesIt } from '../../world/message.js';
import { badRequest } from '../api-error.js';
import type { MethodFamily } from '../method.js';
import { existingChat } from '../target-chat.js';

const administratorRights = {
  can_be_edited: false,
  is_anonymous: false,
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: true,
  can_restrict_members: true,
  can_promote_members: false,
  can_change_info: true,
  can_invite_users: true,
  can_pin_messages: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
};

/** What can be asked about chats and their members. */
export const chatMethods: MethodFamily = (simulator) => ({
  getChat({ args }) {
    const chat = existingChat(simulator, args);
    const pinned = chat.pinned.at(-1);
    const message =
      pinned === undefined ? undefined : simulator.world.histories.get(chat.identity.id, pinned);
    return {
      ...chat.identity,
      accent_color_id: 0,
      max_reaction_count: 11,
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

  /** The old name, which Telegraf still calls. */
  getChatMembersCount({ args }) {
    return membersIn(existingChat(simulator, args));
  },
});

/** @throws ApiError in a private chat, which has no members to speak of. */
function groupOf(chat: Chat): Chat {
  if (chat.identity.type !== 'private') return chat;
  throw badRequest('there are no administrators in the private chat');
}

function membersIn(chat: Chat): number {
  return chat.memberIds.size + (chat.botIsMember ? 1 : 0);
}

/** A Bot API `ChatMember`. @throws ApiError for a user nobody has heard of. */
export function memberOf(
  { world }: Simulator,
  chat: Chat,
  userId: number,
): Record<string, unknown> {
  const user = userId === world.bot.id ? world.bot : world.users.get(userId);
  if (!user) throw badRequest('user not found');
  const isMember = userId === world.bot.id ? chat.botIsMember : chat.memberIds.has(userId);
  if (chat.adminIds.has(userId)) {
    const [creator] = chat.adminIds;
    return creator === userId && userId !== world.bot.id
      ? { user, status: 'creator', is_anonymous: false }
      : { user, status: 'administrator', ...administratorRights };
  }
  return { user, status: isMember ? 'member' : 'left' };
}
