import { Composer, Markup } from 'telegraf';
import type { BotContext } from '../context.js';

/** /cancel and /reset: out of whatever the user is in the middle of. A handler that is running was stopped before. */
export const cancel = new Composer<BotContext>();

cancel.command('cancel', async (ctx) => {
  const wasBusy = ctx.scene.current !== undefined;
  await ctx.scene.leave();
  // A dialogue may have shown a keyboard of its own.
  const markup = wasBusy ? Markup.removeKeyboard() : {};
  await ctx.reply(ctx.t(wasBusy ? 'cancel.done' : 'cancel.nothing'), markup);
});

/** Asks no scene: it helps also when the leave handler of one is what fails. What was registered stays. */
cancel.command('reset', async (ctx) => {
  ctx.scene.reset();
  const { language, hints, profile } = ctx.session;
  ctx.session = { language, hints, profile };
  await ctx.reply(ctx.t('reset.done'), Markup.removeKeyboard());
});
