// A bot that stores its sessions in PostgreSQL, at DATABASE_URL. If the file DIE exists, the worker that next writes a
// session deletes the file and dies: the session is stored, but its update is not committed.
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
  // Clears the session, so that a repeated turn could lose it.
  if (ctx.message.text === 'forget') ctx.session = null;
});
export default bot;
