import { Composer, type MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';

/** Telegraf's `command` for a handler of the bot's whole context; its narrowed one is the same object. */
export function onCommand<C extends TurnContext>(
  command: string,
  handler: (ctx: C) => Promise<void>,
): MiddlewareFn<C> {
  return Composer.command<C>(command, handler as never);
}
