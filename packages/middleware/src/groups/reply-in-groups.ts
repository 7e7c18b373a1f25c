import type { MiddlewareFn } from 'telegraf';
import { interceptCalls, isSentTo } from '../turn/intercept-calls.js';
import type { TurnContext } from '../turn/turn.js';
import { forPerson, groupMessageOf } from './for-person.js';

/**
 * In groups, has everything that the bot sends to the chat in answer to a message be a reply to that message, so that all
 * see who is meant, and keyboards be shown to that person alone. Other chats, and messages that say themselves what they
 * reply to, are left as they are.
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
