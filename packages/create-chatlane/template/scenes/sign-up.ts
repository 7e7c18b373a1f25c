import { namedWizard } from 'chatlane';
import { z } from 'zod';
import type { BotContext } from '../context.ts';

/** Asks for a name and for an age. The answers outlive restarts and deploys. */
export const signUp = namedWizard<BotContext>()('sign-up', {
  state: { name: z.string(), age: z.number() },
  steps: {
    name: { ask: (ctx) => ctx.reply('What is your name?'), read: (ctx) => ctx.text },
    age: {
      ask: (ctx) => ctx.reply(`How old are you, ${ctx.wizard.state.name}?`),
      read: (ctx) => (/^\d{1,3}$/.test(ctx.text ?? '') ? Number(ctx.text) : undefined),
      invalid: (ctx) => ctx.reply('Please write a number.'),
    },
  },
  done: async (ctx, { name, age }) => {
    ctx.session.name = name;
    await ctx.reply(`Welcome, ${name}, ${age}.`);
  },
});
