// A form with a slow step, built with the scenes of @chatlane/middleware.
import { setTimeout as sleep } from 'node:timers/promises';
import { cancel, namedWizard, reset, session } from '@chatlane/middleware';
import { Composer, Scenes } from 'telegraf';

const form = namedWizard()('form', {
  state: {},
  steps: {
    name: { ask: (ctx) => ctx.reply('Name?'), read: (ctx) => ctx.text },
    file: {
      ask: (ctx) => ctx.reply('File?'),
      async read(ctx) {
        await ctx.reply('Working');
        ctx.session.half = true;
        await sleep(60_000, undefined, { signal: ctx.turn.signal });
        return ctx.text;
      },
    },
  },
  leave(ctx) {
    ctx.session.left = (ctx.session.left ?? 0) + 1;
  },
});
const stage = new Scenes.Stage([form]);
stage.use(cancel({ cancelled: 'Cancelled.', nothing: 'There is nothing to cancel.' }));
stage.command('form', (ctx) => ctx.scene.enter('form'));

export const bot = new Composer(
  reset({ done: 'All is forgotten.' }),
  session({ defaultSession: () => ({}) }),
  stage,
);
