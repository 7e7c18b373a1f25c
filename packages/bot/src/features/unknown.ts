import { Composer } from 'telegraf';
import { anyOf, message } from 'telegraf/filters';
import type { BotContext } from '../context.js';
import { courtesy } from '../courtesy.js';
import { hint } from '../hints.js';

/** What no feature took: a button of the past is answered, a private message gets a hint, all else is left alone. */
export const unknown = new Composer<BotContext>();

unknown.on('callback_query', async (ctx) => {
  await courtesy(ctx, ctx.answerCbQuery(ctx.t('unknown.button')));
});

/** What a person sends; pins, calls and other service messages want no answer. */
const content = anyOf(
  message('text'),
  message('sticker'),
  message('video_note'),
  message('contact'),
  message('location'),
  message('poll'),
  message('dice'),
);

unknown.on(content, async (ctx) => {
  if (ctx.chat?.type !== 'private' || ctx.session.hints === false) return;
  await hint(ctx, 'unknown.message');
});
