import { ask, handOver, onAnswer, sceneState } from '@chatlane/middleware';
import { Composer, Scenes } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { begin } from '../dialogues.js';
import { hint } from '../hints.js';
import { ageInput, nameInput } from '../inputs.js';

/**
 * What the first scene hands to the second: the name survives its leaving as the state of the next. `said` is the
 * message that was given as the name, which its sender may edit.
 */
const acquainted = sceneState({ name: z.string(), said: z.number() });

const nameScene = new Scenes.BaseScene<BotContext>('start.name');
nameScene.enter((ctx) => ask(ctx, ctx.t('start.name')));
nameScene.use(
  onAnswer<BotContext>(async (ctx) => {
    acquainted(ctx).said = ctx.msgId ?? 0;
    await takeName(ctx, () => hint(ctx, 'ask.name'));
  }),
);
nameScene.on('edited_message', (ctx, next) => (isCorrection(ctx) ? takeName(ctx, next) : next()));

async function takeName(ctx: BotContext, otherwise: () => Promise<void>): Promise<void> {
  const name = nameInput.read(ctx);
  await (name.ok ? handOver(ctx, ageScene.id, { name: name.value }) : otherwise());
}

const ageScene = new Scenes.BaseScene<BotContext>('start.age');
ageScene.enter((ctx) => ask(ctx, ctx.t('start.age')));
ageScene.use(
  onAnswer(
    ageInput.on(
      async (ctx: BotContext, age) => {
        const { name } = acquainted(ctx);
        // A state that another version of the bot has left behind.
        if (name === undefined) return ctx.scene.enter(nameScene.id);
        await ctx.scene.leave();
        await ctx.reply(ctx.t('start.done', { name, age }));
      },
      (ctx) => hint(ctx, 'start.ageAgain'),
    ),
  ),
);
ageScene.on('edited_message', async (ctx, next) => {
  const name = nameInput.read(ctx);
  if (!isCorrection(ctx) || !name.ok) return next();
  acquainted(ctx).name = name.value;
  await ctx.reply(ctx.t('ask.corrected', { value: name.value }));
});

function isCorrection(ctx: BotContext): boolean {
  return ctx.editedMessage !== undefined && ctx.editedMessage.message_id === acquainted(ctx).said;
}

/** /start: asks for the name, then the age, in two scenes. */
export const startScenes = [nameScene, ageScene];

export const start = new Composer<BotContext>();

start.command('start', (ctx) => begin(ctx, nameScene.id));
