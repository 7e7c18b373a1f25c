import type { MiddlewareFn } from 'telegraf';
import type { BotContext } from './context.js';

/**
 * For messages only, as `scene.on('message', handler)`; but the handler's context stays the bot's. To relate the one
 * that Telegraf narrows to it costs the compiler ten seconds each time.
 */
export function onMessage(handler: MiddlewareFn<BotContext>): MiddlewareFn<BotContext> {
  return (ctx, next) => (ctx.message === undefined ? next() : handler(ctx, next));
}
