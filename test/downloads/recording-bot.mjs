// Requests every file, and records each request and its outcome in the session.
import { fileFailed, fileReady, files, session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const bot = new Composer();
bot.use(session({ defaultSession: () => ({ notes: [] }) }), files());
bot.on('message', (ctx) => {
  const request = ctx.files.request({ label: ctx.message.message_id });
  if (request !== undefined) ctx.session.notes.push({ what: 'asked', request });
});
bot.on(fileReady, (ctx) => {
  const { request, label, files } = ctx.update.file_ready;
  for (const { id, sha256, size, key, name } of files) {
    ctx.session.notes.push({ what: 'ready', request, label, id, sha256, size, key, name });
  }
});
bot.on(fileFailed, (ctx) => {
  const { request, label, failures } = ctx.update.file_failed;
  for (const { reason } of failures) {
    ctx.session.notes.push({ what: 'failed', request, label, reason });
  }
});
export default bot;
