import { Composer } from 'telegraf';
import { readAge, readName } from '../answer.js';
import type { BotContext } from '../context.js';

/** /start: asks for the name, then the age. Its state lies in the session, as a small dialogue needs no scene. */
export const start = new Composer<BotContext>();

start.command('start', async (ctx) => {
  await ctx.scene.leave();
  ctx.session.onboarding = { step: 'name' };
  await ctx.reply('Hello! What is your name?');
});

/** The answers to it; stands behind the scenes, so that a scene hears its own answers first. */
export const startAnswers = new Composer<BotContext>();

startAnswers.on('message', async (ctx, next) => {
  const { onboarding } = ctx.session;
  switch (onboarding?.step) {
    case 'name': {
      const name = readName(ctx);
      if (name === undefined) {
        await ctx.reply('Please send your name as text, at most 64 characters. /cancel to stop.');
        return;
      }
      ctx.session.onboarding = { step: 'age', name };
      await ctx.reply('How old are you?');
      return;
    }
    case 'age': {
      const age = readAge(ctx);
      if (age === undefined) {
        await ctx.reply('Please send your age as a number from 1 to 120. /cancel to stop.');
        return;
      }
      delete ctx.session.onboarding;
      await ctx.reply(`Name: ${onboarding.name}, Age: ${age}`);
      return;
    }
    case undefined:
      return next();
  }
});
