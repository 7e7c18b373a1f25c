import { handOver, onAnswer, safeMarkdownV2, sceneState } from '@chatlane/middleware';
import { Composer, Scenes } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { ageInput, nameInput } from '../inputs.js';

/** What the first scene hands to the second: the name survives its leaving as the state of the next. */
const acquainted = sceneState({ name: z.string() });

const nameScene = new Scenes.BaseScene<BotContext>('start.name');
nameScene.enter((ctx) => ctx.reply(ctx.t('start.name')));
nameScene.use(
  onAnswer(
    nameInput.on(
      (ctx: BotContext, name) => handOver(ctx, ageScene.id, { name }),
      (ctx) => ctx.t('ask.name'),
    ),
  ),
);

const ageScene = new Scenes.BaseScene<BotContext>('start.age');
ageScene.enter((ctx) => ctx.reply(ctx.t('start.age')));
ageScene.use(
  onAnswer(
    ageInput.on(
      async (ctx: BotContext, age) => {
        const { name } = acquainted(ctx);
        // A state that another version of the bot has left behind.
        if (name === undefined) return ctx.scene.enter(nameScene.id);
        await ctx.scene.leave();
        const said = safeMarkdownV2`${ctx.t('field.name')}: *${name}*, ${ctx.t('field.age')}: *${age}*`;
        await ctx.replyWithMarkdownV2(said.text);
      },
      (ctx) => ctx.t('start.ageAgain'),
    ),
  ),
);

/** /start: asks for the name, then the age, in two scenes. */
export const startScenes = [nameScene, ageScene];

export const start = new Composer<BotContext>();

start.command('start', (ctx) => ctx.scene.enter(nameScene.id));
