import { connectRedis } from '@chatlane/redis';
import { startPostgresServer, type PostgresServer } from '@chatlane/testing';
import pg from 'pg';
import { startDeployment, type Ran, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
let postgres: PostgresServer;
let pool: pg.Pool;
beforeAll(async () => {
  [deployment, postgres] = await Promise.all([startDeployment(), startPostgresServer()]);
  pool = new pg.Pool({ connectionString: postgres.url });
});
afterAll(async () => {
  await pool.end();
  await Promise.all([deployment.stop(), postgres.stop()]);
});

const put = (key: string, session: unknown, lifeMs?: number) =>
  deployment.operator.sessions.put({ key, json: JSON.stringify(session), lifeMs }, 'replace');

const ops = (command: string): Promise<Ran> => deployment.ops(command);

const json = (command: string): Promise<unknown> => deployment.json(command);

/** The output of `sessions export`, by key. */
async function exported(options = ''): Promise<Record<string, unknown>> {
  const { code, out, errors } = await ops(`sessions export ${options}`);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  const lines = out.split('\n').filter(Boolean);
  const entries = lines.map((line) => JSON.parse(line) as { key: string; session: unknown });
  return Object.fromEntries(entries.map(({ key, session }) => [key, session]));
}

describe('chatlane-ops sessions', () => {
  it("shows a session without users' texts unless requested, and deletes it after a confirmation", async () => {
    await put('c:1:1', { note: 'a secret note' }, 3_600_000);
    await put('c:-5:', 'of the chat');
    const shown = await ops('sessions get c:1');
    expect(shown.out).toMatch(/^key +c:1:1\nsize +24 B\nlife +59 min more$/m);
    expect(shown.out).not.toContain('secret');
    expect((await ops('sessions get c:1 1 --raw')).out).toContain('a secret note');
    expect(await json('sessions get c:-5 --raw')).toEqual({
      key: 'c:-5:',
      bytes: 13,
      session: 'of the chat',
    });
    expect((await ops('sessions delete c:1')).errors).toMatch(/c:1:1 will be lost.* --yes/);
    expect(await json('sessions delete c:1 --yes')).toEqual({ deleted: 'c:1:1' });
    expect(await ops('sessions get c:1')).toMatchObject({
      code: 1,
      errors: 'chatlane-ops: There is no session c:1:1 in Redis (chatlane).\n',
    });
    expect(await ops('sessions delete c:1 --yes')).toMatchObject({ code: 1 });
    await json('sessions delete c:-5 --yes');
  });

  it('copies all sessions to PostgreSQL, again after an interruption, and back', async () => {
    const expected: Record<string, unknown> = {};
    for (let user = 1; user <= 320; user += 1)
      expected[`c:${user}:${user}`] = { user, text: 'ä 🙂' };
    await Promise.all(Object.entries(expected).map(([key, session]) => put(key, session)));
    await put('c:7:7', expected['c:7:7'], 3_600_000);
    expect(await exported()).toEqual(expected);
    expect(await exported('--lane c:12')).toEqual({ 'c:12:12': expected['c:12:12'] });

    const to = `sessions migrate-store --to ${postgres.url}`;
    expect(await json(to)).toEqual({ copied: 320, kept: 0, foreign: 0, refused: [] });
    expect(await exported(`--store ${postgres.url}`)).toEqual(expected);
    const { rows } = await pool.query(
      "SELECT key FROM chatlane_sessions WHERE expires_at > now() + interval '59 min'",
    );
    expect(rows).toEqual([{ key: '{chatlane}:c:7:7' }]);

    // c:1:1 is newer in Redis. In the database a turn has written c:2:2, and one session has a key without a lane.
    await put('c:1:1', 'newer');
    await pool.query(
      `UPDATE chatlane_sessions SET value = '"there"', written_by = '5' WHERE key = '{chatlane}:c:2:2'`,
    );
    await pool.query(
      `INSERT INTO chatlane_sessions (key, version, value) VALUES ('everybody', 1, '1'), ('{other}:c:1:1', 1, '"of another bot"')`,
    );
    expect(await json(to)).toEqual({ copied: 319, kept: 1, foreign: 0, refused: [] });
    const there = { ...expected, 'c:1:1': 'newer', 'c:2:2': 'there', everybody: 1 };
    expect(await exported(`--store ${postgres.url}`)).toEqual(there);

    await json('sessions delete c:3 --yes');
    const back = `sessions migrate-store --from ${postgres.url} --to redis`;
    expect(await json(back)).toEqual({ copied: 1, kept: 319, foreign: 1, refused: [] });
    expect(await exported()).toEqual({ ...expected, 'c:1:1': 'newer' });
    expect((await ops(`${back} --replace`)).errors).toMatch(/overwritten.* --yes/);
    expect(await json(`${back} --replace --yes`)).toMatchObject({ copied: 320 });
    expect(await exported()).toEqual({ ...expected, 'c:1:1': 'newer', 'c:2:2': 'there' });
  });

  it('reads and deletes sessions of a database too', async () => {
    await pool.query(
      `CREATE TABLE other AS SELECT * FROM chatlane_sessions WHERE key = '{chatlane}:c:2:2'`,
    );
    const store = `--store ${postgres.url} --table other`;
    expect(await json(`sessions get c:2 ${store} --raw`)).toMatchObject({
      session: 'there',
    });
    expect(await json(`sessions delete c:2 ${store} --yes`)).toEqual({ deleted: 'c:2:2' });
    expect(await exported(store)).toEqual({});
  });

  it('copies a session that is not JSON unchanged, and names one that the database refuses', async () => {
    await deployment.operator.sessions.put(
      { key: 'c:801:801', json: 'no {JSON', lifeMs: undefined },
      'replace',
    );
    const tooLarge = `{"number":1e${'9'.repeat(30)}}`;
    await deployment.operator.sessions.put(
      { key: 'c:802:802', json: tooLarge, lifeMs: undefined },
      'replace',
    );
    const to = `sessions migrate-store --to ${postgres.url} --table odd`;
    const result = await ops(to);
    expect(result.code).toBe(1);
    expect(result.out).toMatch(
      /^1 session refused by odd at .*kept in the source:\n {2}c:802:802: /m,
    );
    expect(result.out).not.toContain('999');
    expect(await exported(`--store ${postgres.url} --table odd --lane c:801`)).toEqual({
      'c:801:801': 'no {JSON',
    });
    // A second run repeats the copy.
    const { copied, refused } = JSON.parse((await ops(`${to} --json`)).out) as {
      copied: number;
      refused: { key: string }[];
    };
    expect(copied).toBeGreaterThan(300);
    expect(refused.map(({ key }) => key)).toEqual(['c:802:802']);
    await json('sessions delete c:802 --yes');
  });

  it('explains invalid usage', async () => {
    const [nowhere, down, same, table] = await Promise.all([
      ops('sessions migrate-store --to mysql://a/b'),
      ops('sessions get c:1 --store postgres://a:secret@127.0.0.1:1/b'),
      ops('sessions migrate-store --to redis'),
      ops(`sessions export --store ${postgres.url} --table a-b`),
    ]);
    expect(nowhere).toMatchObject({ code: 2 });
    expect(nowhere.errors).toMatch(/postgres:\/\/.* mongodb:\/\//);
    expect(down).toMatchObject({ code: 1 });
    expect(down.errors).toMatch(/does not answer: .*ECONNREFUSED/);
    expect(down.errors).not.toContain('secret');
    expect(same).toMatchObject({ code: 2 });
    expect(table).toMatchObject({ code: 2 });
  });

  it('refuses to copy while workers are running', async () => {
    const { url } = deployment.server;
    const worker = connectRedis({ url, name: 'chatlane-worker', whenDown: 'wait' });
    await worker.ping();
    const refused = await ops(`sessions migrate-store --to ${postgres.url}`);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.errors).toMatch(/Stop the workers first/);
    worker.disconnect();
  });
});
