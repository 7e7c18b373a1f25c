import type { Simulator } from '../../simulator.js';
import type { Chat } from '../../world/chat.js';
import { ban, creatorOf, promote, restrict, unban, untilDate } from '../../world/membership.js';
import { permissionNames, type Permissions } from '../../world/permissions.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import { administratorRights, memberOf, rightsOf } from '../chat-member.js';
import type { Method, MethodFamily } from '../method.js';
import { groupNamed } from '../target-chat.js';

type Right = 'can_restrict_members' | 'can_promote_members';

const refusals: Readonly<Record<Right, string>> = {
  can_restrict_members: 'not enough rights to restrict/unrestrict chat member',
  can_promote_members: 'not enough rights',
};
const media = ['audios', 'documents', 'photos', 'videos', 'video_notes', 'voice_notes'];

/** Moderation of members; each change also produces a `chat_member` update. */
export const moderationMethods: MethodFamily = (simulator) => ({
  banChatMember: moderate(simulator, 'can_restrict_members', (chat, userId, args) => {
    ban(chat, userId, until(simulator, args));
  }),

  unbanChatMember: moderate(simulator, 'can_restrict_members', (chat, userId, args) => {
    onlySupergroups(chat, 'method is available for supergroup and channel chats only');
    unban(chat, userId, args.flag('only_if_banned'));
  }),

  restrictChatMember: moderate(simulator, 'can_restrict_members', (chat, userId, args) => {
    onlySupergroups(chat, 'method is available only for supergroups');
    restrict(chat, userId, { permissions: permissionsOf(args), until: until(simulator, args) });
  }),

  promoteChatMember: moderate(simulator, 'can_promote_members', (chat, userId, args) => {
    onlySupergroups(chat, 'method is available for supergroup and channel chats only');
    const forChannels = chat.identity.type === 'channel';
    promote(
      chat,
      userId,
      administratorRights((name) => args.flag(name), { forChannels }),
    );
  }),

  setChatPermissions({ args }) {
    const chat = groupNamed(simulator, args);
    chat.permissions = permissionsOf(args);
    simulator.world.chats.announce(chat);
    return true;
  },
});

function until({ clock }: Simulator, args: Arguments): number {
  return untilDate(args.integer('until_date', 0), clock.unixSeconds());
}

function onlySupergroups({ identity }: Chat, refusal: string): void {
  if (identity.type === 'group') throw badRequest(refusal);
}

/**
 * Permissions, including those that others imply unless set independently (Client::get_chat_permissions).
 * @throws ApiError
 */
function permissionsOf(args: Arguments): Permissions {
  const given = args.json('permissions');
  if (typeof given !== 'object' || given === null)
    throw badRequest('permissions must be an Object');
  const fields = given as Partial<Permissions>;
  const result = Object.fromEntries(
    permissionNames.map((name) => [name, fields[name] === true]),
  ) as Permissions;
  if (!args.flag('use_independent_chat_permissions')) {
    const more = result.can_send_other_messages || result.can_add_web_page_previews;
    for (const kind of more ? media : []) result[`can_send_${kind}` as keyof Permissions] = true;
    const anyMedia = media.some((kind) => result[`can_send_${kind}` as keyof Permissions]);
    if (more || anyMedia || result.can_send_polls) result.can_send_messages = true;
  }
  result.can_react_to_messages = fields.can_react_to_messages ?? result.can_send_messages;
  result.can_edit_tag = fields.can_edit_tag ?? result.can_pin_messages;
  result.can_manage_topics = fields.can_manage_topics ?? result.can_pin_messages;
  return result;
}

/** A method that changes a member's status. @throws ApiError when it is not allowed (td DialogParticipantManager) */
function moderate(
  simulator: Simulator,
  right: Right,
  change: (chat: Chat, userId: number, args: Arguments) => void,
): Method {
  const { world, queue, clock } = simulator;
  const self = right === 'can_promote_members' ? "can't promote self" : "can't restrict self";

  function check(chat: Chat, userId: number): void {
    if (userId === world.bot.id) throw badRequest(self);
    if (creatorOf(chat, world.bot.id) === userId) throw badRequest("can't remove chat owner");
    const isAdmin = chat.adminIds.has(world.bot.id);
    if (!isAdmin || rightsOf(chat, world.bot.id)[right] !== true) throw badRequest(refusals[right]);
    if (memberOf(simulator, chat, userId)['can_be_edited'] === false) {
      throw badRequest('user is an administrator of the chat');
    }
  }

  return ({ args }) => {
    const chat = groupNamed(simulator, args);
    const userId = args.integer('user_id', 0);
    if (userId <= 0) throw badRequest('invalid user_id specified');
    const before = memberOf(simulator, chat, userId);
    const wasMember = chat.memberIds.has(userId);
    check(chat, userId);
    change(chat, userId, args);
    const after = memberOf(simulator, chat, userId);
    if (JSON.stringify(before) === JSON.stringify(after)) return true;
    world.chats.announce(chat);
    if (wasMember && !chat.memberIds.has(userId)) {
      // This is one of the few service messages of its own that a bot receives
      // (Client::need_skip_update_message).
      queue.push('message', world.post(chat, world.bot, { left_chat_member: after['user'] }));
    }
    queue.push('chat_member', {
      chat: chat.identity,
      from: world.bot,
      date: clock.unixSeconds(),
      old_chat_member: before,
      new_chat_member: after,
    });
    return true;
  };
}
