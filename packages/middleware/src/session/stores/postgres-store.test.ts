import { startPostgresServer, type PostgresServer } from '@chatlane/testing';
import { Pool } from 'pg';
import { sessionStoreChecks } from './conformance.js';
import { postgresStore } from './postgres-store.js';
import { CLEARED_SECONDS } from './session-table.js';
import { itRefusesFrozenTurns } from './table-checks.testkit.js';
import { turnsOn } from './turns-on.js';

let server: PostgresServer;
let pool: Pool;
beforeAll(async () => {
  server = await startPostgresServer();
  pool = new Pool({ connectionString: server.url });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

const session = { writtenBy: undefined, previousJson: undefined, ttlSeconds: 0 };

describe('postgresStore', () => {
  it.each(sessionStoreChecks.map((check, index) => ({ ...check, user: 1_000 * index })))(
    '$name',
    ({ run, user }) =>
      run((options) => turnsOn(postgresStore<Record<string, unknown>>({ pool }), options), user),
  );

  itRefusesFrozenTurns(() => postgresStore({ pool, table: 'frozen' }));

  it('gives a new row a version that no earlier row under its key had', async () => {
    const store = postgresStore({ pool, table: 'frozen' });
    const seen = (await store.write('c:4:4', { ...session, json: '1' }, 0))!;
    await pool.query(`DELETE FROM frozen WHERE key = 'c:4:4'`);
    await store.write('c:4:4', { ...session, json: '2' }, 0);
    expect(await store.write('c:4:4', { ...session, json: '"late"' }, seen)).toBeUndefined();
  });

  it('creates its table once when many stores need it at the same time', async () => {
    const stores = Array.from({ length: 10 }, () => postgresStore({ pool, table: 'at_once' }));
    await Promise.all(stores.map((store, index) => store.set(`c:${index}:1`, { index })));
    expect(await stores[0]!.get('c:9:1')).toEqual({ index: 9 });
  });

  it('works in its own schema, and with a role that may not create tables', async () => {
    await pool.query('CREATE SCHEMA "Bots"');
    await postgresStore({ pool, table: 'Bots.sessions' }).set('c:1:1', { a: 1 });
    await pool.query(`CREATE ROLE worker LOGIN; GRANT USAGE ON SCHEMA "Bots" TO worker;
      GRANT SELECT, INSERT, UPDATE, DELETE ON "Bots".sessions TO worker`);
    const worker = new Pool({ connectionString: server.url.replace('chatlane@', 'worker@') });
    const store = postgresStore({ pool: worker, table: 'Bots.sessions' });
    expect(await store.get('c:1:1')).toEqual({ a: 1 });
    await worker.end();
    expect(() => postgresStore({ pool, table: 'a; DROP TABLE b' })).toThrow(/^table: /);
  });

  it('stores sessions so that SQL can query their fields', async () => {
    await postgresStore({ pool }).set('c:7:7', { name: 'Ann' });
    const { rows } = await pool.query(
      `SELECT value->>'name' AS name FROM chatlane_sessions WHERE key = 'c:7:7'`,
    );
    expect(rows).toEqual([{ name: 'Ann' }]);
  });

  it('lists all sessions in the order of their keys, without cleared and expired ones', async () => {
    const store = postgresStore({ pool, table: 'listed' });
    const keys = Array.from({ length: 1_203 }, (_, index) => `c:${index}:1`).sort();
    await Promise.all(keys.map((key) => store.set(key, { key })));
    const { version } = (await store.read('c:1:1'))!;
    await store.write('c:1:1', { ...session, json: undefined }, version);
    await store.remove('c:2:1');
    await pool.query(`UPDATE listed SET expires_at = now() WHERE key = 'c:3:1'`);
    const listed: string[] = [];
    for await (const { key, json } of store.entries()) {
      listed.push(key);
      expect(JSON.parse(json!)).toEqual({ key });
    }
    expect(listed).toEqual(keys.filter((key) => !['c:1:1', 'c:2:1', 'c:3:1'].includes(key)));
  });

  it('clears expired rows, and deletes cleared ones after two days', async () => {
    const store = postgresStore({ pool, table: 'expired' });
    const version = await store.write('c:1:1', { ...session, json: '1', ttlSeconds: 60 }, 0);
    await store.write('c:2:1', { ...session, json: undefined }, 0);
    const { lifeMs } = (await store.read('c:2:1'))!;
    expect(lifeMs).toBeLessThanOrEqual(CLEARED_SECONDS * 1_000);
    expect(lifeMs).toBeGreaterThan((CLEARED_SECONDS - 60) * 1_000);
    await pool.query(`UPDATE expired SET expires_at = now() - interval '1 s'`);
    expect(await store.read('c:1:1')).toMatchObject({ json: undefined, version, lifeMs: 0 });
    await postgresStore({ pool, table: 'expired' }).set('c:3:1', 1);
    const { rows } = await pool.query('SELECT key, value, previous FROM expired ORDER BY key');
    expect(rows).toEqual([
      { key: 'c:1:1', value: null, previous: null },
      { key: 'c:3:1', value: 1, previous: null },
    ]);
    // Simulates a turn that froze after it had read that there was no session.
    expect(await store.write('c:1:1', { ...session, json: '"late"' }, 0)).toBeUndefined();
  });

  it('rejects with the error of PostgreSQL, and tries again on the next call', async () => {
    const down = new Pool({ connectionString: 'postgres://chatlane@127.0.0.1:1/postgres' });
    let current: Pool = down;
    const store = postgresStore({
      pool: { query: (text, values) => current.query(text, values) },
      table: 'reconnected',
    });
    await expect(store.get('c:1:1')).rejects.toThrow('ECONNREFUSED');
    current = pool;
    expect(await store.get('c:1:1')).toBeUndefined();
    await down.end();
  });
});
