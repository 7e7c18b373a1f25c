import type { MiddlewareFn } from 'telegraf';
import { albumOf, answeredBy, rememberAlbum } from './album.js';
import { newMessage } from './new-message.js';
import type { InStage } from './scene-context.js';

/**
 * For Telegraf's own scenes: gives the handler only what a step of a named wizard gets, new messages, and of an album the
 * first. The others of an album are dropped; presses, edits, reactions, service messages and all else go on.
 *
 * @example
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
