import { createSessionStore, type VersionedSessionStore } from './session-store.js';
import {
  CLEARED_SECONDS,
  firstVersion,
  type SessionTable,
  type StoredSession,
} from './session-table.js';
import { jsonbOf, jsonOf } from './jsonb.js';

/** The only method of a `Pool` of the `pg` package that the store calls. */
export interface PostgresPool {
  /** Runs one statement with its parameters. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /** The bot's own `new pg.Pool(...)`; this package imports no driver. */
  pool: PostgresPool;
  /** The table's name, optionally with a schema: `bots.sessions`. Default `chatlane_sessions`. */
  table?: string;
}

/** How often a process cleans up expired rows, and how many rows at a time. */
const CLEAN_EVERY_MS = 60_000;
const CLEAN_BATCH = 1_000;

/** Rows per query of `entries`. */
const PAGE_ROWS = 500;

interface Row {
  key: string;
  version: string;
  value: string | null;
  previous: string | null;
  written_by: string | null;
  life_ms: string | null;
}

const columns = `key, version, value::text AS value, previous::text AS previous, written_by,
  ceil(extract(epoch FROM expires_at - clock_timestamp()) * 1000)::bigint AS life_ms`;

/** Clears a row but keeps its version, so that a frozen turn does not mistake a later row for the one it read. */
const setCleared = `value = NULL, previous = NULL, written_by = NULL, updated_at = clock_timestamp(),
  expires_at = clock_timestamp() + make_interval(secs => ${CLEARED_SECONDS})`;

/**
 * Keeps sessions in PostgreSQL, one row each, as `jsonb`. The table is created on first use if it does not exist. If
 * the role may not create tables, an administrator must create it (see docs/stores.md). Writes also clear expired rows,
 * and delete rows that have been empty for `CLEARED_SECONDS`.
 *
 * @throws TypeError when `table` is not a plain name
 */
export function postgresStore<S = unknown>(
  options: PostgresStoreOptions,
): VersionedSessionStore<NoInfer<S>> {
  return createSessionStore<S>(postgresTable(options));
}

function postgresTable({ pool, table = 'chatlane_sessions' }: PostgresStoreOptions): SessionTable {
  if (!/^([A-Za-z_]\w{0,62}\.)?[A-Za-z_]\w{0,50}$/.test(table)) {
    throw new TypeError(
      `table: ${table} must be a name of letters, digits and _, with or without a schema before it.`,
    );
  }
  const quoted = table.replace(/\w+/g, '"$&"');
  let created: Promise<void> | undefined;
  let cleanedAt = -Infinity;

  /** Creates the table once per process. A failure is not remembered, so that the next call tries again. */
  function ready(): Promise<void> {
    created ??= createTable(pool, quoted).catch((error: unknown) => {
      created = undefined;
      throw error;
    });
    return created;
  }

  /** A failure is harmless: expired rows are recognized by their time when they are read. */
  async function clean(): Promise<void> {
    if (performance.now() - cleanedAt < CLEAN_EVERY_MS) return;
    cleanedAt = performance.now();
    const expired = (which: string): string =>
      `WHERE key IN (SELECT key FROM ${quoted} WHERE expires_at < clock_timestamp() AND ${which}
       LIMIT ${CLEAN_BATCH} FOR UPDATE SKIP LOCKED)`;
    await pool
      .query(
        `DELETE FROM ${quoted} ${expired('value IS NULL')};
         UPDATE ${quoted} SET ${setCleared} ${expired('value IS NOT NULL')}`,
      )
      .catch(() => undefined);
  }

  return {
    async read(key) {
      await ready();
      const { rows } = await pool.query(`SELECT ${columns} FROM ${quoted} WHERE key = $1`, [key]);
      return rows[0] === undefined ? undefined : toSession(rows[0] as Row);
    },
    async write(key, { json, previousJson, writtenBy, ttlSeconds }, expected) {
      await ready();
      await clean();
      const seconds = json === undefined ? CLEARED_SECONDS : ttlSeconds;
      const values = [
        key,
        jsonbOf(json),
        jsonbOf(previousJson),
        writtenBy ?? null,
        seconds || null,
      ];
      const until = 'clock_timestamp() + make_interval(secs => $5::float8)';
      const version = expected === 0 ? firstVersion() : expected + 1;
      const { rowCount } =
        expected === 0
          ? await pool.query(
              `INSERT INTO ${quoted} (key, value, previous, written_by, expires_at, version)
               VALUES ($1, $2::jsonb, $3::jsonb, $4, ${until}, $6) ON CONFLICT (key) DO NOTHING`,
              [...values, version],
            )
          : await pool.query(
              `UPDATE ${quoted} SET version = $6, value = $2::jsonb, previous = $3::jsonb,
               written_by = $4, expires_at = ${until}, updated_at = clock_timestamp()
               WHERE key = $1 AND version = $7`,
              [...values, version, expected],
            );
      return rowCount === 1 ? version : undefined;
    },
    async remove(key) {
      await ready();
      const { rowCount } = await pool.query(
        `UPDATE ${quoted} SET version = version + 1, ${setCleared}
         WHERE key = $1 AND (value IS NOT NULL OR previous IS NOT NULL)`,
        [key],
      );
      return rowCount === 1;
    },
    async *entries() {
      await ready();
      for (let last = ''; ;) {
        const { rows } = await pool.query(
          `SELECT ${columns} FROM ${quoted} WHERE key > $1 ORDER BY key LIMIT ${PAGE_ROWS}`,
          [last],
        );
        for (const row of rows as Row[]) {
          const session = toSession(row);
          if (session.json !== undefined) yield { key: row.key, ...session };
        }
        if (rows.length < PAGE_ROWS) return;
        last = (rows.at(-1) as Row).key;
      }
    },
  };
}

/**
 * Checks first whether the table exists, because CREATE TABLE IF NOT EXISTS requires the right to create tables even
 * if it does. The lock keeps processes that start together from creating it at once, which fails in PostgreSQL.
 */
async function createTable(pool: PostgresPool, quoted: string): Promise<void> {
  const { rows } = await pool.query('SELECT to_regclass($1) AS found', [quoted]);
  if ((rows[0] as { found: unknown }).found !== null) return;
  const index = `"${quoted.replace(/^.*\./, '').replaceAll('"', '')}_expires"`;
  await pool.query(`
    SELECT pg_advisory_xact_lock(hashtext('chatlane sessions'));
    CREATE TABLE IF NOT EXISTS ${quoted} (
      key text COLLATE "C" PRIMARY KEY,
      version bigint NOT NULL,
      value jsonb,
      previous jsonb,
      written_by text,
      expires_at timestamptz,
      updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX IF NOT EXISTS ${index} ON ${quoted} (expires_at) WHERE expires_at IS NOT NULL;
  `);
}

function toSession({ version, value, previous, written_by, life_ms }: Row): StoredSession {
  const lifeMs = life_ms === null ? undefined : Math.max(0, Number(life_ms));
  const alive = lifeMs !== 0;
  return {
    json: alive ? jsonOf(value) : undefined,
    version: Number(version),
    writtenBy: written_by ?? undefined,
    previousJson: alive ? jsonOf(previous) : undefined,
    lifeMs,
  };
}
