// Requests the file of the replied-to message with the processors that the reply names, and reports the results.
import { fileFailed, fileProcessed, fileReady, files, session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const bot = new Composer();
bot.use(files(), session());
bot.on('message', (ctx) => {
  const { reply_to_message: message, text = '' } = ctx.message;
  if (message) ctx.files.request({ message, processors: text.split(' ').slice(1) });
});
bot.on(fileReady, (ctx) =>
  ctx.reply(`ready ${JSON.stringify(ctx.update.file_ready.files[0].name)}`),
);
bot.on(fileFailed, (ctx) => ctx.reply(`failed ${ctx.update.file_failed.failures[0].reason}`));
bot.on(fileProcessed, (ctx) => {
  const { processor, failure, result, made } = ctx.update.file_processed;
  return ctx.reply(`${processor} ${failure ?? JSON.stringify(result)} ${made?.name ?? ''}`.trim());
});
export default bot;
