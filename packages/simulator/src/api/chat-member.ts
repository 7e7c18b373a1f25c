import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import { creatorOf, standingOf } from '../world/membership.js';
import type { Rights } from '../world/permissions.js';
import { badRequest } from './api-error.js';

const everywhere = [
  'is_anonymous',
  'can_manage_chat',
  'can_delete_messages',
  'can_manage_video_chats',
  'can_restrict_members',
  'can_promote_members',
  'can_change_info',
  'can_invite_users',
  'can_post_stories',
  'can_edit_stories',
  'can_delete_stories',
  'can_send_welcome_messages',
];
const inGroups = ['can_pin_messages', 'can_manage_topics', 'can_manage_tags'];
const inChannels = ['can_post_messages', 'can_edit_messages', 'can_manage_direct_messages'];
/** Rights that an administrator appointed by a person does not get, except for topics in a forum. */
const withheld = ['is_anonymous', 'can_manage_topics'];

/** A whole Bot API `ChatAdministratorRights`; any right implies `can_manage_chat`. */
export function administratorRights(
  isGranted: (name: string) => boolean,
  { forChannels }: { forChannels: boolean },
): Rights {
  const names = [...everywhere, ...(forChannels ? inChannels : inGroups)];
  const rights = Object.fromEntries(names.map((name) => [name, isGranted(name)]));
  return { ...rights, can_manage_chat: Object.values(rights).includes(true) };
}

/** The rights of an administrator of a chat. */
export function rightsOf(chat: Chat, userId: number): Rights {
  const standing = chat.standings.get(userId);
  if (standing?.kind === 'administrator') return standing.rights;
  const forChannels = chat.identity.type === 'channel';
  const ofStories = /stories|welcome/;
  const isGranted = (name: string) =>
    (name === 'can_manage_topics' && chat.forum !== undefined) ||
    (!withheld.includes(name) && !ofStories.test(name));
  return administratorRights(isGranted, { forChannels });
}

/** A Bot API `ChatMember`. @throws ApiError for an unknown user */
export function memberOf(
  { world, clock }: Simulator,
  chat: Chat,
  userId: number,
): Record<string, unknown> {
  const isBot = userId === world.bot.id;
  const user = isBot ? world.bot : world.users.get(userId);
  if (!user) throw badRequest('user not found');
  const isMember = isBot ? chat.botIsMember : chat.memberIds.has(userId);
  if (isMember && creatorOf(chat, world.bot.id) === userId) {
    return { user, status: 'creator', is_anonymous: false };
  }
  if (isMember && chat.adminIds.has(userId)) {
    const can_be_edited = chat.standings.get(userId)?.kind === 'administrator';
    return { user, status: 'administrator', can_be_edited, ...rightsOf(chat, userId) };
  }
  const standing = standingOf(chat, userId, clock.unixSeconds());
  if (standing?.kind === 'banned') {
    return { user, status: 'kicked', until_date: standing.untilDate };
  }
  if (standing?.kind === 'restricted') {
    const { permissions, untilDate } = standing;
    return {
      user,
      status: 'restricted',
      is_member: isMember,
      ...permissions,
      until_date: untilDate,
    };
  }
  return { user, status: isMember ? 'member' : 'left' };
}
