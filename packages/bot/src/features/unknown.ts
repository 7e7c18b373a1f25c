import { Composer } from 'telegraf';
import { anyOf, message } from 'telegraf/filters';
import type { BotContext } from '../context.js';
import { courtesy } from '../courtesy.js';

/** What no feature took: a button of the past is answered, a private message gets a hint, all else is left alone. */
export const unknown = new Composer<BotContext>();

unknown.on('callback_query', async (ctx) => {
  await courtesy(ctx, ctx.answerCbQuery('This button is no longer in use.'));
});

/** What a person sends; pins, calls and other service messages want no answer. */
const content = anyOf(
  message('text'),
  message('photo'),
  message('document'),
  message('sticker'),
  message('voice'),
  message('video'),
  message('video_note'),
  message('animation'),
  message('audio'),
  message('contact'),
  message('location'),
  message('poll'),
  message('dice'),
);

unknown.on(content, async (ctx) => {
  if (ctx.chat?.type !== 'private') return;
  await ctx.reply('I did not understand that. Send /help to see what I can do.');
});
