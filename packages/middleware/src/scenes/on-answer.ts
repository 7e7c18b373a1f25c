import type { MiddlewareFn } from 'telegraf';
import { albumOf, answeredBy, rememberAlbum } from './album.js';
import { newMessage } from './new-message.js';
import type { InStage } from './scene-context.js';

/**
 * For Telegraf's own scenes: calls the handler only with what a step of a named wizard would receive, which is new
 * messages and the first message of an album. Further messages of an album are dropped. All other updates are passed
 * on.
 *
 * @example
 * const name = input(z.string().min(1));
 * nameScene.use(onAnswer(name.on((ctx, value) => handOver(ctx, 'age', { name: value }), 'Your name, please.')));
 */
export function onAnswer<C extends InStage>(handler: MiddlewareFn<C>): MiddlewareFn<C> {
  return async function answered(ctx, next) {
    if (newMessage(ctx) === undefined) return next();
    if (answeredBy(ctx) !== undefined) return;
    let album = albumOf(ctx);
    await handler(ctx, () => {
      album = undefined;
      return next();
    });
    if (album !== undefined) rememberAlbum(ctx, album);
  };
}
