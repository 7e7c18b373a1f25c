import { commandIn, isAddressedTo } from '@chatlane/contracts';
import type { MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';

/** As Telegraf's `command`, but also in other case and in a caption: as the ingress reads the command that stops a turn. */
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
