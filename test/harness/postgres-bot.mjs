// A bot that keeps its sessions in PostgreSQL, at DATABASE_URL. When there is a file DIE, the worker that next writes a
// session takes the file away, and dies: the session is stored, its update is not committed.
import { existsSync, unlinkSync } from 'node:fs';
import { postgresStore, session } from '@chatlane/middleware';
import pg from 'pg';
import { Composer } from 'telegraf';

const store = postgresStore({ pool: new pg.Pool({ connectionString: process.env.DATABASE_URL }) });

async function write(key, stored, expected) {
  const done = await store.write(key, stored, expected);
  if (stored.writtenBy !== undefined && existsSync(process.env.DIE)) {
    unlinkSync(process.env.DIE);
    process.kill(process.pid, 'SIGKILL');
  }
  return done;
}

const bot = new Composer();
bot.use(session({ store: { ...store, write }, defaultSession: () => ({ seen: [], repeated: 0 }) }));
bot.on('message', (ctx) => {
  ctx.session.seen.push(ctx.message.text);
  if (ctx.turn.attempt > 1) ctx.session.repeated += 1;
  // A session that is cleared is one that could be lost.
  if (ctx.message.text === 'forget') ctx.session = null;
});
export default bot;
