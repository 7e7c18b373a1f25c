import type { MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';
import type { Admins } from './admins.js';
import { answer, type Answer } from './answer.js';
import { senderOf } from './sender.js';

/**
 * Lets through what comes from the bot's private chat with a user; the rest gets `otherwise` and ends here. Business
 * chats, chats of guest messages, channels and events without a chat are not private.
 *
 * @example
 * bot.command('register', privateOnly('Please write to me in private.'), register);
 */
export function privateOnly<C extends TurnContext>(otherwise?: Answer<C>): MiddlewareFn<C> {
  return only((ctx) => isOfBot(ctx) && ctx.chat?.type === 'private', otherwise);
}

/** Lets through what comes from a group or supergroup that the bot is in; the rest gets `otherwise` and ends here. */
export function groupOnly<C extends TurnContext>(otherwise?: Answer<C>): MiddlewareFn<C> {
  return only(
    (ctx) => isOfBot(ctx) && (ctx.chat?.type === 'group' || ctx.chat?.type === 'supergroup'),
    otherwise,
  );
}

/** A business chat is another account's, and the chat of a guest message is one without the bot. */
function isOfBot({ turn }: TurnContext): boolean {
  return !/^[bg]:/.test(turn.lane);
}

/**
 * Lets through what comes from an admin of the chat it was sent in: see `createAdmins`. The rest gets `otherwise`.
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

/** Lets through what comes from one of these users in person: not as a chat, not as an anonymous admin. */
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
  holds: (ctx: C) => boolean | Promise<boolean>,
  otherwise: Answer<C> | undefined,
): MiddlewareFn<C> {
  return async function guard(ctx, next) {
    return (await holds(ctx)) ? next() : answer(ctx, otherwise);
  };
}
