import { Composer } from 'telegraf';
import { commands } from '../commands.js';
import type { BotContext } from '../context.js';

/** /help: what the bot can do; a dialogue that is under way stays where it is. */
export const help = new Composer<BotContext>();

help.command('help', async (ctx) => {
  const lines = commands.map(({ command, description }) => `/${command} - ${description}`);
  await ctx.reply(['I can do this:', ...lines].join('\n'));
});
