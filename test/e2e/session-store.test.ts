import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresStore, type VersionedSessionStore } from '@chatlane/middleware';
import { startPostgresServer, type PostgresServer, until } from '@chatlane/testing';
import pg from 'pg';
import { startSystem, type TestSystem } from '../harness/system.js';

interface Seen {
  seen: string[];
  repeated: number;
}

let dir: string;
let die: string;
let postgres: PostgresServer;
let pool: pg.Pool;
let store: VersionedSessionStore<Seen>;
let system: TestSystem;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-store-'));
  die = join(dir, 'die');
  postgres = await startPostgresServer();
  pool = new pg.Pool({ connectionString: postgres.url });
  store = postgresStore<Seen>({ pool });
  system = await startSystem({
    workers: 2,
    workerEnv: {
      BOT_MODULE: fileURLToPath(new URL('../harness/postgres-bot.mjs', import.meta.url)),
      DATABASE_URL: postgres.url,
      DIE: die,
      LEASE_MS: '1000',
    },
  });
});
afterAll(async () => {
  await system.stop();
  await pool.end();
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The stored session, under a key with the name of the deployment. */
const keyOf = (user: number): string => `{chatlane}:c:${user}:${user}`;

const say = (chat: number, text: string) =>
  system.play('/play/messages', { chat_id: chat, from_id: chat, text });

/** Sends a text whose worker dies: the session is written, but the update is not committed. */
async function sayAndKill(chat: number, text: string): Promise<void> {
  const before = system.workers.length;
  writeFileSync(die, '');
  await say(chat, text);
  await until(() => system.workers.length !== before);
  expect(existsSync(die)).toBe(false);
  await system.startWorker();
}

describe('a worker killed between the write of the session and the commit of its update', () => {
  it('leaves a session that contains every update exactly once', async () => {
    const texts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const text of texts) {
      const kills = text === 'a' || text === 'd' || text === 'h';
      await Promise.all([702, 703].map((chat) => say(chat, text)));
      await (kills ? sayAndKill(701, text) : say(701, text));
      await system.untilQuiet();
    }
    const sessions = await Promise.all([701, 702, 703].map((id) => store.get(keyOf(id))));
    expect(sessions.map((session) => session?.seen)).toEqual([texts, texts, texts]);
    const repeated = sessions.reduce((sum, session) => sum + session!.repeated, 0);
    expect(repeated).toBeGreaterThanOrEqual(3);
    expect(await system.operator.deadLetters.count()).toBe(0);
  });

  it('makes a turn that cleared the session run again with the original session', async () => {
    await say(704, 'before');
    await system.untilQuiet();
    await sayAndKill(704, 'forget');
    await system.untilQuiet();
    expect(await store.get(keyOf(704))).toBeUndefined();
    const cleared = await store.read(keyOf(704));
    expect(JSON.parse(cleared!.previousJson!)).toEqual({ seen: ['before'], repeated: 0 });
    await say(704, 'after');
    await system.untilQuiet();
    expect(await store.get(keyOf(704))).toEqual({ seen: ['after'], repeated: 0 });
  });
});
