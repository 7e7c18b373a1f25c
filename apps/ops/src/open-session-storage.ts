import type { Deployment } from '@chatlane/lanes';
import { mongoStore, postgresStore, type MongoSession } from '@chatlane/middleware';
import { databaseStorage } from './database-storage.js';
import { Refusal } from './refusal.js';
import type { SessionStorage } from './session-storage.js';

/** How long a database may take to answer for the first time. */
const WAIT_MS = 5_000;

/**
 * @param address `redis` for the deployment's own Redis, or the URL of a PostgreSQL or MongoDB database
 * @param table a table or collection
 * @throws Refusal when the address is invalid or the database does not answer
 */
export async function openSessionStorage(
  address: string,
  table: string,
  deployment: Deployment,
): Promise<SessionStorage> {
  if (address === 'redis') return redisStorage(deployment);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const label = url && `${table} at ${url.host}${url.pathname}`;
  try {
    if (/^postgres(ql)?:$/.test(url?.protocol ?? ''))
      return await inPostgres(address, table, label!, deployment.name);
    // An address with several hosts cannot be parsed as a URL.
    if (/^mongodb(\+srv)?:/.test(address)) {
      return await inMongo(address, table, label ?? `${table} in MongoDB`, deployment.name);
    }
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(error.message, 2);
    const reason = error instanceof Error && error.message ? error.message : String(error);
    throw new Refusal(`The database does not answer: ${reason}`, 1, { cause: error });
  }
  throw new Refusal(
    'The address of a session store must be `redis`, postgres://... or mongodb://...',
    2,
  );
}

function redisStorage({ name, operator: { sessions } }: Deployment): SessionStorage {
  return {
    label: `Redis (${name})`,
    get: (key) => sessions.get(key),
    remove: (key) => sessions.remove(key),
    entries: () => sessions.entries(),
    async put(session, replace) {
      if (!/^(c|b|g|p|x|express):.+:/.test(session.key)) return 'foreign';
      return (await sessions.put(session, replace ? 'replace' : 'keep')) ? 'put' : 'kept';
    },
    close: () => Promise.resolve(),
  };
}

async function inPostgres(
  address: string,
  table: string,
  label: string,
  name: string,
): Promise<SessionStorage> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: address, connectionTimeoutMillis: WAIT_MS });
  // A broken idle connection is replaced by the next query.
  pool.on('error', () => undefined);
  const close = (): Promise<void> => pool.end();
  return answering(databaseStorage(label, name, postgresStore({ pool, table }), close));
}

async function inMongo(
  address: string,
  table: string,
  label: string,
  name: string,
): Promise<SessionStorage> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(address, { serverSelectionTimeoutMS: WAIT_MS });
  const collection = client.db().collection<MongoSession>(table);
  return answering(databaseStorage(label, name, mongoStore({ collection }), () => client.close()));
}

/** Checks the connection by requesting a session that does not exist. */
async function answering(storage: SessionStorage): Promise<SessionStorage> {
  try {
    await storage.get('');
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}
