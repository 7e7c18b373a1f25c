import { Composer } from 'telegraf';
import type { BotContext } from '../context.js';

/** /cancel: leaves whatever dialogue the user is in, with all that was filled in so far. */
export const cancel = new Composer<BotContext>();

cancel.command('cancel', async (ctx) => {
  const wasBusy = ctx.scene.current !== undefined || ctx.session.onboarding !== undefined;
  await ctx.scene.leave();
  delete ctx.session.onboarding;
  await ctx.reply(wasBusy ? 'Cancelled.' : 'There is nothing to cancel.');
});
