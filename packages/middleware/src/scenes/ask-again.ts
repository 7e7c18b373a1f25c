import type { MiddlewareFn } from 'telegraf';
import type { InStage } from './scene-context.js';

/**
 * The methods of a scene that `askAgain` calls. A named wizard has `askAgain`, Telegraf's scenes have an enter handler.
 */
interface Asking<C extends InStage> {
  askAgain?(ctx: C): Promise<void>;
  enterMiddleware?(): MiddlewareFn<C>;
}

/**
 * Repeats the question of the user's current scene, for example after a change of the language. A named wizard runs the
 * `ask` of its current step, any other scene its enter handler. The state is kept. Does nothing outside of scenes.
 *
 * @returns whether the user is in a scene
 */
export async function askAgain<C extends InStage>(ctx: C): Promise<boolean> {
  const scene = ctx.scene.current as Asking<C> | undefined;
  if (scene === undefined) return false;
  if (scene.askAgain) await scene.askAgain(ctx);
  else await scene.enterMiddleware?.()(ctx, () => Promise.resolve());
  return true;
}
