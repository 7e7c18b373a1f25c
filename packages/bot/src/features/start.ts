import { ask, handOver, onAnswer, sceneState } from '@chatlane/middleware';
import { Composer, Scenes } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { begin } from '../dialogues.js';
import { hint } from '../hints.js';
import { ageInput, nameInput } from '../inputs.js';

/** The state that the first scene passes to the second. `said` is the id of the message with the name, for edits. */
const startState = sceneState({ name: z.string(), said: z.number() });

const nameScene = new Scenes.BaseScene<BotContext>('start.name');
nameScene.enter((ctx) => ask(ctx, ctx.t('start.name')));
nameScene.use(
  onAnswer<BotContext>(async (ctx) => {
    startState(ctx).said = ctx.msgId ?? 0;
    await handleName(ctx, () => hint(ctx, 'ask.name'));
  }),
);
nameScene.on('edited_message', (ctx, next) => (isCorrection(ctx) ? handleName(ctx, next) : next()));

async function handleName(ctx: BotContext, otherwise: () => Promise<void>): Promise<void> {
  const name = nameInput.read(ctx);
  await (name.ok ? handOver(ctx, ageScene.id, { name: name.value }) : otherwise());
}

const ageScene = new Scenes.BaseScene<BotContext>('start.age');
ageScene.enter((ctx) => ask(ctx, ctx.t('start.age')));
ageScene.use(
  onAnswer(
    ageInput.on(
      async (ctx: BotContext, age) => {
        const { name } = startState(ctx);
        // The state may come from another version of the bot.
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
  startState(ctx).name = name.value;
  await ctx.reply(ctx.t('ask.corrected', { value: name.value }));
});

function isCorrection(ctx: BotContext): boolean {
  return ctx.editedMessage !== undefined && ctx.editedMessage.message_id === startState(ctx).said;
}

/** The scenes of /start, which ask for the name and then the age. */
export const startScenes = [nameScene, ageScene];

/** /start: starts the dialogue. */
export const start = new Composer<BotContext>();

start.command('start', (ctx) => begin(ctx, nameScene.id));
