import {
  memoryStore,
  mongoStore,
  postgresStore,
  session,
  sessionStoreChecks,
  turnsOn,
  type MongoSession,
  type TurnContext,
} from '@chatlane/middleware';
import type { Db } from 'mongodb';
import pg from 'pg';
import { Composer } from 'telegraf';

interface BotContext extends TurnContext {
  session: { count?: number };
}

/** Three examples in one function: a real bot uses only one of these lines. */
export function inEachStore(connectionString: string, db: Db) {
  const bot = new Composer<BotContext>();
  bot.use(session({ store: postgresStore({ pool: new pg.Pool({ connectionString }) }) }));
  bot.use(session({ store: mongoStore({ collection: db.collection<MongoSession>('sessions') }) }));
  bot.use(session({ store: memoryStore() })); // tests and first steps: refused with NODE_ENV=production
  return bot;
}

export function checkStore(store: ReturnType<typeof memoryStore>) {
  for (const [index, { name, run }] of sessionStoreChecks.entries()) {
    it(name, () => run((options) => turnsOn(store, options), 1_000 * index));
  }
}
