import { Composer, type Context, type MiddlewareObj } from 'telegraf';
import { z } from 'zod';
import { sharedKeys } from '../shared-keys.js';
import { promptly, type Shared } from '../shared-redis.js';
import type { TurnContext } from '../turn/turn.js';
import { senderOf } from './sender.js';

export interface AdminsOptions extends Shared {
  /** Seconds a list is believed, 1 at least. Default 300: how long a demotion that Telegram does not tell of is unknown. */
  ttlSeconds?: number;
}

/** Knows who is an admin of the chat; used as a middleware it hears who was made one, and who is one no longer. */
export interface Admins extends MiddlewareObj<TurnContext> {
  /**
   * Whether the update comes from an admin of its group or channel. An anonymous admin writes as the group itself and
   * is one; a linked channel, and whoever writes as a channel, is not. In a private chat nobody is.
   *
   * @throws the error of the client when Telegram does not tell
   */
  isAdmin(ctx: TurnContext): Promise<boolean>;
}

const ids = z.array(z.number());

/**
 * The admins of each chat, as `getChatAdministrators` gives them, kept in Redis for all workers. A list is dropped when
 * Telegram tells of a change, which it does to bots that are admins themselves; else it expires. With Redis away Telegram is asked each time.
 */
export function createAdmins(options: AdminsOptions): Admins {
  const { redis, ttlSeconds = 300 } = options;
  if (!(ttlSeconds >= 1)) throw new Error('ttlSeconds: must be at least 1');
  const keys = sharedKeys(options.name);

  async function adminsOf(ctx: TurnContext, chat: number): Promise<readonly number[]> {
    const key = keys.admins(chat);
    const kept = await promptly(options, () => redis.get(key))
      .then((json) => (json === null ? undefined : ids.parse(JSON.parse(json))))
      .catch(() => undefined);
    if (kept !== undefined) return kept;
    const members = await ctx.telegram.getChatAdministrators(chat);
    const found = members.map(({ user }) => user.id);
    // A turn that is over may hold an old list: another has the lane, and may have heard of a change.
    if (!ctx.turn.signal.aborted) {
      const keep = () => redis.set(key, JSON.stringify(found), 'EX', Math.ceil(ttlSeconds));
      await promptly(options, keep).catch(() => undefined);
    }
    return found;
  }

  // By `on`, and at once: so a worker knows that Telegram has to be asked for chat_member.
  // The handler is written here: from one with a declared type, compilers infer the filter, for 15 s.
  const heard = new Composer<TurnContext>();
  heard.on(['chat_member', 'my_chat_member'], async (ctx, next) => {
    const chat = changedChat(ctx);
    // The update is repeated when this fails: a demotion must not go unheard.
    if (chat !== undefined) await promptly(options, () => redis.del(keys.admins(chat)));
    return next();
  });

  return {
    async isAdmin(ctx) {
      const { chat } = ctx;
      const sender = senderOf(ctx);
      if (chat === undefined || chat.type === 'private' || sender === undefined) return false;
      if (sender.isChat) return sender.id === chat.id;
      return (await adminsOf(ctx, chat.id)).includes(sender.id);
    },
    middleware: () => heard.middleware(),
  };
}

/** The chat whose list of admins this update changes; plain members come and go without. */
function changedChat({ chatMember, myChatMember }: Context): number | undefined {
  if (myChatMember !== undefined) return myChatMember.chat.id;
  if (chatMember === undefined) return undefined;
  const { old_chat_member: before, new_chat_member: after } = chatMember;
  const leads = [before, after].some(({ status }) => /^(administrator|creator)$/.test(status));
  return leads ? chatMember.chat.id : undefined;
}
