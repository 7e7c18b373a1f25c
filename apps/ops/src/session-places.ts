import { mongoStore, postgresStore, type MongoSession } from '@chatlane/middleware';
import { databasePlace } from './database-place.js';
import { Refusal } from './refusal.js';
import type { Deployment } from './service.js';
import type { SessionPlace } from './session-place.js';

/** How long a database may take to answer for the first time. */
const WAIT_MS = 5_000;

/**
 * `address`: `redis` for the deployment's own, or the URL of a PostgreSQL or MongoDB. `table`: also a collection.
 *
 * @throws Refusal when there is no such place, or it does not answer
 */
export async function openPlace(
  address: string,
  table: string,
  deployment: Deployment,
): Promise<SessionPlace> {
  if (address === 'redis') return lanesPlace(deployment);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const told = url && `${table} at ${url.host}${url.pathname}`;
  try {
    if (/^postgres(ql)?:$/.test(url?.protocol ?? ''))
      return await inPostgres(address, table, told!, deployment.name);
    // With several hosts it is no URL that can be parsed.
    if (/^mongodb(\+srv)?:/.test(address)) {
      return await inMongo(address, table, told ?? `${table} in MongoDB`, deployment.name);
    }
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(error.message, 2);
    const reason = error instanceof Error && error.message ? error.message : String(error);
    throw new Refusal(`The database does not answer: ${reason}`, 1, { cause: error });
  }
  throw new Refusal(
    'Sessions are in `redis`, or at a postgres://... or mongodb://... address; that is none of them.',
    2,
  );
}

function lanesPlace({ name, operator: { sessions } }: Deployment): SessionPlace {
  return {
    told: `Redis (${name})`,
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
  told: string,
  name: string,
): Promise<SessionPlace> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: address, connectionTimeoutMillis: WAIT_MS });
  // An idle connection that breaks is replaced with the next query.
  pool.on('error', () => undefined);
  const close = (): Promise<void> => pool.end();
  return answering(databasePlace(told, name, postgresStore({ pool, table }), close));
}

async function inMongo(
  address: string,
  table: string,
  told: string,
  name: string,
): Promise<SessionPlace> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(address, { serverSelectionTimeoutMS: WAIT_MS });
  const collection = client.db().collection<MongoSession>(table);
  return answering(databasePlace(told, name, mongoStore({ collection }), () => client.close()));
}

/** Asked for something that is not there. */
async function answering(place: SessionPlace): Promise<SessionPlace> {
  try {
    await place.get('');
    return place;
  } catch (error) {
    await place.close();
    throw error;
  }
}
