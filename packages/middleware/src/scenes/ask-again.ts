import type { MiddlewareFn } from 'telegraf';
import type { InStage } from './scene-context.js';

/** What is used of a scene: a named wizard repeats the question of its step, Telegraf's scenes have their enter handler. */
interface Asking<C extends InStage> {
  askAgain?(ctx: C): Promise<void>;
  enterMiddleware?(): MiddlewareFn<C>;
}

/**
 * Puts the question of the scene that the user is in once more, as after a change of the language: a named wizard runs the
 * `ask` of its present step, any other scene its enter handler, with its state kept. Without a scene nothing happens.
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
