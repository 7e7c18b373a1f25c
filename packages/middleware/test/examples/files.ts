import {
  fileFailed,
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
bot.on(message('document'), (ctx) => void ctx.files.request({ label: 'invoice' }));
bot.on(fileReady, (ctx) => ctx.reply(`I have ${ctx.update.file_ready.files[0]?.name}.`));
bot.on(fileFailed, (ctx) => ctx.reply(ctx.update.file_failed.failures[0]?.reason ?? ''));
