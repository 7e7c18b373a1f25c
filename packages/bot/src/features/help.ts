import { Composer } from 'telegraf';
import { bold, join } from 'telegraf/format';
import { commandsOf } from '../commands.js';
import type { BotContext } from '../context.js';

/** /help: lists the commands of this place, in the user's language. A current dialogue is not affected. */
export const help = new Composer<BotContext>();

help.command('help', async (ctx) => {
  const isPrivate = ctx.chat.type === 'private';
  const commands = commandsOf(isPrivate ? 'private' : 'admins', ctx.language);
  const lines = commands.map(({ command, description }) => `/${command} - ${description}`);
  const files = isPrivate ? ['', ctx.t('help.files', { bot: ctx.me })] : [];
  await ctx.reply(join([bold(ctx.t('help.title')), ...lines, ...files], '\n'));
});
