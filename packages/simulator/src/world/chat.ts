import type { Feed } from '../feed.js';
import type { ChatIdentity, ChatType } from './chat-identity.js';
import { createForum, type Forum } from './forum.js';
import { defaultPermissions, type Permissions, type Standing } from './permissions.js';
import type { Message } from './message.js';
import type { User, Users } from './user.js';

/** A chat with everything the world knows about it. */
export interface Chat {
  identity: ChatIdentity;
  memberIds: Set<number>;
  /** In order of appointment; the first one is the creator. */
  adminIds: Set<number>;
  /**
   * Bans, restrictions and administrator rights by user id. Read them with `standingOf`, which honours their end
   * dates.
   */
  standings: Map<number, Standing>;
  /** The default permissions of members. */
  permissions: Permissions;
  description?: string;
  /** The primary link, once it was requested. */
  inviteLink?: string;
  /** False once the bot left or was removed. */
  botIsMember: boolean;
  pinned: number[];
  /** Only in a supergroup with topics. */
  forum?: Forum;
  /** The supergroup that this basic group became. Messages are no longer possible here. */
  upgradedTo?: Chat;
  lastMessage?: Message;
  /** Unix milliseconds of the newest message, for sorting. */
  activeAt: number;
}

/** A chat as `/play` shows it. */
export interface ChatView {
  /** The chat as messages carry it. */
  chat: ChatIdentity;
  /** The message that was posted last, with edits applied; absent before the first one. */
  last_message?: Message;
  /** The people in the chat. */
  members: User[];
  /** The user ids of the administrators, in order of appointment. */
  admins: number[];
  /** People and the bot, as in getChatMemberCount. */
  member_count: number;
  /** Message ids, the newest pin last. */
  pinned: number[];
  /** The supergroup that this basic group became. */
  migrated_to?: number;
}

export interface NewChat {
  id?: number | undefined;
  type: ChatType;
  title?: string | undefined;
  /** Whether a supergroup has topics. */
  isForum?: boolean | undefined;
  memberIds: readonly number[];
  adminIds: readonly number[];
}

export interface Chats {
  get(id: number): Chat | undefined;
  findByUsername(username: string): Chat | undefined;
  /** The private chat with this user; creates both when missing. */
  ensurePrivate(userId: number): Chat;
  create(chat: NewChat): Chat;
  /** Upgrades a basic group to a supergroup with its title, members and administrators. Idempotent. */
  upgrade(group: Chat, id?: number): Chat;
  /** Adds a chat from an injected update, unless it exists. */
  adopt(identity: ChatIdentity): Chat;
  /**
   * Newest activity first, without groups that became supergroups. With `userId`, only this user's chats, which always
   * include the private chat.
   */
  views(userId?: number): ChatView[];
  view(chat: Chat): ChatView;
  /** Publishes the chat to the feed. */
  announce(chat: Chat): void;
}

const firstGroupId = -4001;
const firstSupergroupId = -1_001_000_000_001;

export function createChats(users: Users, feed: Feed): Chats {
  const chats = new Map<number, Chat>();

  function add(identity: ChatIdentity): Chat {
    const chat: Chat = {
      identity,
      memberIds: new Set(),
      adminIds: new Set(),
      standings: new Map(),
      permissions: defaultPermissions(),
      botIsMember: true,
      pinned: [],
      activeAt: Date.now(),
    };
    chats.set(identity.id, chat);
    return chat;
  }

  function privateIdentity(user: User): ChatIdentity {
    const { id, first_name, last_name, username } = user;
    return { id, type: 'private', ...defined({ first_name, last_name, username }) };
  }

  function freeId(type: ChatType): number {
    let id = type === 'group' ? firstGroupId : firstSupergroupId;
    while (chats.has(id)) id -= 1;
    return id;
  }

  function view(chat: Chat): ChatView {
    return {
      chat: chat.identity,
      ...(chat.lastMessage === undefined ? {} : { last_message: chat.lastMessage }),
      members: [...chat.memberIds].map((id) => users.ensure(id)),
      admins: [...chat.adminIds],
      member_count: chat.memberIds.size + (chat.botIsMember ? 1 : 0),
      pinned: chat.pinned,
      ...(chat.upgradedTo && { migrated_to: chat.upgradedTo.identity.id }),
    };
  }

  function announce(chat: Chat): void {
    feed.publish('chat', () => view(chat));
  }

  function ensurePrivate(userId: number): Chat {
    const user = users.ensure(userId);
    const known = chats.get(userId);
    if (known) {
      known.identity = privateIdentity(user);
      return known;
    }
    const chat = add(privateIdentity(user));
    chat.memberIds.add(userId);
    announce(chat);
    return chat;
  }

  return {
    get: (id) => chats.get(id),
    findByUsername(username) {
      const wanted = username.toLowerCase();
      return [...chats.values()].find((chat) => chat.identity.username?.toLowerCase() === wanted);
    },
    ensurePrivate,
    create({ id, type, title, isForum, memberIds, adminIds }) {
      const chatId = id ?? freeId(type);
      const named = { id: chatId, title: title ?? `Group ${-chatId}`, type };
      const chat = add({ ...named, ...(isForum && { is_forum: true }) });
      if (isForum) chat.forum = createForum();
      for (const member of [...memberIds, ...adminIds]) chat.memberIds.add(users.ensure(member).id);
      for (const admin of adminIds) chat.adminIds.add(admin);
      announce(chat);
      return chat;
    },
    upgrade(group, id = freeId('supergroup')) {
      if (group.upgradedTo) return group.upgradedTo;
      const supergroup = add({ ...group.identity, id, type: 'supergroup' });
      supergroup.memberIds = new Set(group.memberIds);
      supergroup.adminIds = new Set(group.adminIds);
      supergroup.botIsMember = group.botIsMember;
      supergroup.standings = new Map(group.standings);
      supergroup.permissions = { ...group.permissions };
      if (group.description !== undefined) supergroup.description = group.description;
      group.upgradedTo = supergroup;
      announce(supergroup);
      announce(group);
      return supergroup;
    },
    adopt(identity) {
      const known = chats.get(identity.id);
      if (known) return known;
      const chat = add(identity);
      if (identity.type === 'private') {
        const { id, first_name, last_name, username } = identity;
        if (!users.get(id)) users.put(defined({ id, first_name, last_name, username }));
        chat.memberIds.add(id);
      }
      announce(chat);
      return chat;
    },
    views(userId) {
      const shown = [...chats.values()].filter(
        (chat) => !chat.upgradedTo && (userId === undefined || chat.memberIds.has(userId)),
      );
      shown.sort((a, b) => b.activeAt - a.activeAt);
      const views = shown.map(view);
      const user = userId === undefined ? undefined : users.get(userId);
      if (user && !chats.has(user.id))
        views.push({
          chat: privateIdentity(user),
          members: [user],
          admins: [],
          member_count: 2,
          pinned: [],
        });
      return views;
    },
    view,
    announce,
  };
}

function defined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<T>;
}
