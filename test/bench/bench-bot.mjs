// A bot with a session that notes the start of each handler in the file LEDGER.
import { appendFile } from 'node:fs';
import { session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const bot = new Composer();
bot.use((ctx, next) => {
  const at = process.hrtime.bigint().toString();
  const line = JSON.stringify({ what: 'start', update: ctx.update.update_id, at });
  appendFile(process.env.LEDGER, `${line}\n`, () => undefined);
  return next();
});
bot.use(session({ defaultSession: () => ({ count: 0 }) }));
bot.use((ctx) => {
  ctx.session.count += 1;
});
export default bot;
