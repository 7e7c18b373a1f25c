import type { MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';
import type { Admins } from './admins.js';
import { answer, type Answer } from './answer.js';
import { senderOf } from './sender.js';

/**
 * Passes updates from the bot's private chat with a user. All others are answered with `otherwise` and not passed on.
 * Business chats, chats of guest messages, channels and events without a chat are not private.
 *
 * @example
 * bot.command('register', privateOnly('Please write to me in private.'), register);
 */
export function privateOnly<C extends TurnContext>(otherwise?: Answer<C>): MiddlewareFn<C> {
  return only((ctx) => isChatOfBot(ctx) && ctx.chat?.type === 'private', otherwise);
}

/** Passes updates from a group or supergroup that the bot is in. All others are answered with `otherwise`. */
export function groupOnly<C extends TurnContext>(otherwise?: Answer<C>): MiddlewareFn<C> {
  return only(
    (ctx) => isChatOfBot(ctx) && (ctx.chat?.type === 'group' || ctx.chat?.type === 'supergroup'),
    otherwise,
  );
}

/**
 * Excludes business chats, which belong to another account, and chats of guest messages, where the bot is not a member.
 */
function isChatOfBot({ turn }: TurnContext): boolean {
  return !/^[bg]:/.test(turn.lane);
}

/**
 * Passes updates from admins of their chat (see `createAdmins`). All others are answered with `otherwise`.
 *
 * @example
 * const admins = createAdmins({ redis, name });
 * bot.use(admins);
 * bot.command('slow', adminOnly(admins, 'Only admins can do that.'), slow);
 */
export function adminOnly<C extends TurnContext>(
  admins: Admins,
  otherwise?: Answer<C>,
): MiddlewareFn<C> {
  return only((ctx) => admins.isAdmin(ctx), otherwise);
}

/**
 * Passes updates from these users, but not when they write as a chat or as an anonymous admin. All others are answered
 * with `otherwise`.
 */
export function ownerOnly<C extends TurnContext>(
  ids: readonly number[],
  otherwise?: Answer<C>,
): MiddlewareFn<C> {
  return only((ctx) => {
    const sender = senderOf(ctx);
    return sender !== undefined && !sender.isChat && ids.includes(sender.id);
  }, otherwise);
}

function only<C extends TurnContext>(
  isAllowed: (ctx: C) => boolean | Promise<boolean>,
  otherwise: Answer<C> | undefined,
): MiddlewareFn<C> {
  return async function guard(ctx, next) {
    return (await isAllowed(ctx)) ? next() : answer(ctx, otherwise);
  };
}
