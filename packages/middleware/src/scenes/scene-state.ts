import type { InStage } from './scene-context.js';
import { dropInvalidFields, type StateOf, type StateShape } from './state-shape.js';

/**
 * Returns a function that gives typed access to `ctx.scene.state`, for reading and writing. Fields that do not fit
 * their schema are dropped. What must survive the scene belongs in `ctx.session`, or is passed on with `handOver`.
 *
 * @throws Error, from the returned function, outside of scenes, where Telegraf would return a state that is soon lost
 * @example
 * const person = sceneState({ name: z.string() });
 * stepScene.on(message('text'), (ctx) => {
 *   person(ctx).name = ctx.message.text;
 *   return handOver(ctx, 'ageScene');
 * });
 * ageScene.enter((ctx) => ctx.reply(`How old are you, ${person(ctx).name}?`));
 */
export function sceneState<Shape extends StateShape>(
  shape: Shape,
): (ctx: InStage) => StateOf<Shape> {
  return ({ scene }) => {
    if (scene.current === undefined) {
      throw new Error(
        'There is no scene state outside of a scene, as it is lost when the scene is left. Keep it in ctx.session, or use handOver.',
      );
    }
    return dropInvalidFields(shape, scene.state);
  };
}

/**
 * Enters a scene with the state of the current one, merged with `more`. Telegraf's `enter` alone starts with an empty
 * state.
 *
 * @throws Error when the Stage has no such scene
 */
export async function handOver(ctx: InStage, sceneId: string, more: object = {}): Promise<void> {
  await ctx.scene.enter(sceneId, { ...ctx.scene.state, ...more });
}
