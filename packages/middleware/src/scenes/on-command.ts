import { commandIn, isAddressedTo } from '@chatlane/contracts';
import type { MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';

/**
 * Like Telegraf's `command`, but ignores upper and lower case and also reads captions. The ingress detects /cancel in
 * the same way.
 */
export function onCommand<C extends TurnContext>(
  command: string,
  handler: (ctx: C) => Promise<void>,
): MiddlewareFn<C> {
  const name = command.toLowerCase();
  return (ctx, next) => {
    const sent = commandIn(ctx.message);
    return sent?.name === name && isAddressedTo(ctx.me, sent.addressee) ? handler(ctx) : next();
  };
}
