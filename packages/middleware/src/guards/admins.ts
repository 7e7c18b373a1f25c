import { Composer, type Context, type MiddlewareObj } from 'telegraf';
import { z } from 'zod';
import { sharedKeys } from '../shared-keys.js';
import { withTimeout, type SharedRedisOptions } from '../shared-redis.js';
import type { TurnContext } from '../turn/turn.js';
import { senderOf } from './sender.js';

/** Options of `createAdmins`. */
export interface AdminsOptions extends SharedRedisOptions {
  /**
   * Seconds for which a list of admins is cached, at least 1. Default 300. A demotion that Telegram does not report to
   * the bot takes effect after this time.
   */
  ttlSeconds?: number;
}

/** Caches the admins of each chat. Use it as a middleware, too, so that it sees promotions and demotions. */
export interface Admins extends MiddlewareObj<TurnContext> {
  /**
   * Whether the update comes from an admin of its group or channel. An anonymous admin writes as the group itself, and
   * counts. A linked channel, or a user who writes as a channel, does not. False in private chats.
   *
   * @throws the client's error when `getChatAdministrators` fails
   */
  isAdmin(ctx: TurnContext): Promise<boolean>;
}

const ids = z.array(z.number());

/**
 * Caches the admins of each chat, from `getChatAdministrators`, in Redis for all workers. A list is dropped when
 * Telegram reports a change, which it does only if the bot is an admin itself. Otherwise it expires. While Redis is
 * unavailable Telegram is asked each time.
 *
 * @throws Error when `ttlSeconds` is less than 1
 */
export function createAdmins(options: AdminsOptions): Admins {
  const { redis, ttlSeconds = 300 } = options;
  if (!(ttlSeconds >= 1)) throw new Error('ttlSeconds: must be at least 1');
  const keys = sharedKeys(options.name);

  async function adminsOf(ctx: TurnContext, chat: number): Promise<readonly number[]> {
    const key = keys.admins(chat);
    const cached = await withTimeout(options, () => redis.get(key))
      .then((json) => (json === null ? undefined : ids.parse(JSON.parse(json))))
      .catch(() => undefined);
    if (cached !== undefined) return cached;
    const members = await ctx.telegram.getChatAdministrators(chat);
    const found = members.map(({ user }) => user.id);
    // The list of a turn that is over may be outdated: a later turn may have seen a change already.
    if (!ctx.turn.signal.aborted) {
      const store = () => redis.set(key, JSON.stringify(found), 'EX', Math.ceil(ttlSeconds));
      await withTimeout(options, store).catch(() => undefined);
    }
    return found;
  }

  // Registered with `on`, and at once, so that the worker sees that it has to subscribe to chat_member. The handler is
  // inline because the compiler takes 15 s to infer the filter from a handler with a declared type.
  const changes = new Composer<TurnContext>();
  changes.on(['chat_member', 'my_chat_member'], async (ctx, next) => {
    const chat = changedChat(ctx);
    // If this fails the update is retried: a demotion must not be missed.
    if (chat !== undefined) await withTimeout(options, () => redis.del(keys.admins(chat)));
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
    middleware: () => changes.middleware(),
  };
}

/** The chat whose admins this update changes. Undefined when a plain member joins or leaves. */
function changedChat({ chatMember, myChatMember }: Context): number | undefined {
  if (myChatMember !== undefined) return myChatMember.chat.id;
  if (chatMember === undefined) return undefined;
  const { old_chat_member: before, new_chat_member: after } = chatMember;
  const isAboutAdmin = [before, after].some(({ status }) =>
    /^(administrator|creator)$/.test(status),
  );
  return isAboutAdmin ? chatMember.chat.id : undefined;
}
