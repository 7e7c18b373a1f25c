import { createButtons, type TurnContext } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import { z } from 'zod';

type BotContext = TurnContext;

export function createBot(secret: string) {
  const bot = new Composer<BotContext>();

  const buttons = createButtons<BotContext>({ secret, version: '1' });
  const remove = buttons.action('remove', z.object({ file: z.number() }));
  bot.command('remove', async (ctx) => {
    const yes = remove.button('Yes', { file: 7 }, { user: ctx.from.id });
    await ctx.reply('Sure?', Markup.inlineKeyboard([yes]));
  });
  bot.use(remove.on((ctx, { file }) => ctx.editMessageText(`Removed ${file}.`)));
  bot.use(buttons.rest); // last: answers presses that no action handled
  return bot;
}
