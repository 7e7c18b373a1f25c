import type { RunningSimulator } from '@chatlane/simulator';
import type { Backend } from './backend.js';
import { createSessions } from './sessions.js';

/** A group with the bot in it. */
export interface Group {
  /** The chat's id. */
  readonly id: number;
  /** The group's name. */
  readonly title: string;
  /** The session of the whole group, for a bot with `getSessionKey: perChat`. Undefined when there is none. */
  session<Session extends object>(): Promise<Session | undefined>;
  /** Replaces that session. @param options.version the version of its shape, for a bot with `session({ version })` */
  setSession(session: object, options?: { version?: number }): Promise<void>;
}

/** Options of a group. */
export interface GroupOptions {
  /** Its name. Default: `Group`. */
  title?: string;
  /** Its kind. Default: `supergroup`. */
  type?: 'group' | 'supergroup';
  /** Whether it has topics. Default: false. */
  isForum?: boolean;
  /** Its members, besides its administrators. */
  members?: readonly { id: number }[];
  /** Its administrators; the first one is its creator. */
  admins?: readonly { id: number }[];
  /** Whether the bot is an administrator. Default: false. */
  isBotAdmin?: boolean;
}

export function createGroup(
  { world }: RunningSimulator,
  backend: Backend,
  options: GroupOptions,
): Group {
  const { title = 'Group', type = 'supergroup', isForum, members = [], admins = [] } = options;
  const adminIds = admins.map(({ id }) => id);
  if (options.isBotAdmin) adminIds.push(world.bot.id);
  const memberIds = members.map(({ id }) => id);
  const chat = world.chats.create({ type, title, isForum, memberIds, adminIds });
  const { id } = chat.identity;
  const sessions = createSessions(backend, id);
  return {
    id,
    title,
    session: () => sessions.read('chat'),
    setSession: (session, { version } = {}) => sessions.write('chat', session, version),
  };
}
