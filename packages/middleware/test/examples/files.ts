import {
  fileFailed,
  fileProcessed,
  fileReady,
  files,
  session,
  type FilesContext,
  type TurnContext,
} from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { message } from 'telegraf/filters';

interface BotContext extends TurnContext, FilesContext {
  session: object;
}

export const bot = new Composer<BotContext>();
bot.use(files(), session());
bot.on(message('document'), (ctx) => {
  ctx.files.request({ label: 'invoice', processors: ['text'] });
});
bot.on(fileReady, (ctx) => ctx.reply(`I have ${ctx.update.file_ready.files[0]?.name}.`));
bot.on(fileFailed, (ctx) => ctx.reply(ctx.update.file_failed.failures[0]?.reason ?? ''));
bot.on(fileProcessed, async (ctx) => {
  const { failure, result } = ctx.update.file_processed;
  await ctx.reply(failure ?? (result as { text: string }).text.slice(0, 500));
});
