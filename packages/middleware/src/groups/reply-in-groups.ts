import type { MiddlewareFn } from 'telegraf';
import { interceptCalls, isSentTo } from '../turn/intercept-calls.js';
import type { TurnContext } from '../turn/turn.js';
import { forPerson, groupMessageOf } from './for-person.js';

/**
 * In groups, makes everything that the bot sends in answer to a message a reply to that message, so that everyone sees
 * who is meant, and shows keyboards to that person only. Other chats, and messages that set `reply_parameters`
 * themselves, are not affected.
 *
 * @example
 * bot.use(replyInGroups());
 */
export function replyInGroups<C extends TurnContext>(): MiddlewareFn<C> {
  return function repliesInGroups(ctx, next) {
    const message = groupMessageOf(ctx);
    if (message === undefined) return next();
    interceptCalls(ctx, (call, proceed) =>
      proceed(
        isSentTo(ctx.chat?.id, call)
          ? { ...call, payload: forPerson(message, call.payload) }
          : call,
      ),
    );
    return next();
  };
}
