import type { MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';
import { sentMessage } from './sender.js';

/**
 * Drops the messages of other bots: two bots that answer each other would never stop. Anonymous admins and channels
 * also show as bots, but write on behalf of a chat and are heard; so is what a bot does that is no message.
 *
 * @param options.except ids of bots that are heard; whoever names one sees to it that the talk ends
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
