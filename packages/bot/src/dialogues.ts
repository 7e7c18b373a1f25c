import type { BotContext } from './context.js';

/** A dialogue is a scene, or several scenes whose names begin with its own: `start.name`, `start.age`. */
type Dialogue = 'start' | 'register' | 'survey';

const dialogues: readonly Dialogue[] = ['start', 'register', 'survey'];

/** Starts a dialogue at this scene. If that ends another dialogue, the user gets a notice, because its answers are lost. */
export async function begin(ctx: BotContext, sceneId: string): Promise<void> {
  const before = dialogueOf(ctx.scene.current?.id);
  await ctx.scene.leave();
  if (before !== undefined) {
    const isSame = before === dialogueOf(sceneId);
    await ctx.reply(ctx.t(isSame ? 'dropped.again' : `dropped.${before}`));
  }
  await ctx.scene.enter(sceneId);
}

function dialogueOf(sceneId: string | undefined): Dialogue | undefined {
  const name = sceneId?.split('.')[0];
  return dialogues.find((each) => each === name);
}
