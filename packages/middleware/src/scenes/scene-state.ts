import type { InStage } from './scene-context.js';
import { dropMisfits, type StateOf, type StateShape } from './state-shape.js';

/**
 * A typed view of `ctx.scene.state`, which Telegraf knows only as an object: the state itself, to be read and written,
 * without the fields that do not fit. It throws outside of any scene, where Telegraf would hand out a state that the next
 * scene throws away: what must survive leaving belongs in `ctx.session`, or is handed over.
 *
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
        'There is no scene state outside of a scene: it is gone once the scene was left. Keep it in ctx.session, or hand it over.',
      );
    }
    return dropMisfits(shape, scene.state);
  };
}

/**
 * Enters a scene with the state of the present one, and `more` on top. Telegraf's `enter` alone begins with an empty state.
 *
 * @throws Error when the Stage has no such scene
 */
export async function handOver(ctx: InStage, sceneId: string, more: object = {}): Promise<void> {
  await ctx.scene.enter(sceneId, { ...ctx.scene.state, ...more });
}
