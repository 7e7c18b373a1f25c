import type { MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';
import { sentMessage } from './sender.js';

/**
 * Drops messages from other bots, because two bots that answer each other would never stop. Anonymous admins and
 * channels also appear as bots, but write on behalf of a chat, so their messages are passed on, as are all updates that
 * are not messages.
 *
 * @param options.except ids of bots whose messages are passed on; you must ensure that the conversation ends
 */
export function ignoreOtherBots(
  options: { except?: readonly number[] } = {},
): MiddlewareFn<TurnContext> {
  const { except = [] } = options;
  return function otherBots(ctx, next) {
    const message = sentMessage(ctx);
    if (message === undefined || message.sender_chat !== undefined) return next();
    const { from, sender_business_bot: onBehalf } = message;
    const isBot = from?.is_bot === true || onBehalf !== undefined;
    return isBot && !except.includes(from?.id ?? 0) ? Promise.resolve() : next();
  };
}
