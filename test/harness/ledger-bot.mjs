// A bot that only keeps books: each session lists the updates it has seen, and every turn leaves two lines in
// the file LEDGER: its start, and its end as far as the handler is concerned.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const file = process.env.LEDGER;
const slowMs = Number(process.env.LEDGER_SLOW_MS ?? 5);

function note(what, ctx) {
  const { lane, attempt } = ctx.turn;
  const line = { what, lane, update: ctx.update.update_id, attempt, pid: process.pid };
  // One short append is atomic; the kernel's clock orders lines of several processes.
  appendFileSync(file, `${JSON.stringify({ ...line, at: process.hrtime.bigint().toString() })}\n`);
}

const bot = new Composer();
bot.use(session({ defaultSession: () => ({ updates: [] }) }));
bot.use(async (ctx) => {
  note('start', ctx);
  ctx.session.updates.push(ctx.update.update_id);
  await sleep(Math.random() * slowMs);
  note('end', ctx);
});
export default bot;
