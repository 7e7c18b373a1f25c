import { createSessionStore, type VersionedSessionStore } from './session-store.js';
import {
  CLEARED_SECONDS,
  firstVersion,
  type SessionTable,
  type StoredSession,
} from './session-table.js';

type Row = Omit<StoredSession, 'lifeMs'> & { expiresAt: number | undefined };

/**
 * Keeps sessions in the memory of this process, for tests and first steps. They are lost when the process ends, and
 * other workers do not see them.
 *
 * @throws Error when NODE_ENV is `production`
 */
export function memoryStore<S = unknown>(): VersionedSessionStore<NoInfer<S>> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'memoryStore() is not for production (NODE_ENV=production): its sessions end with the process, and other workers ' +
        'do not see them. Leave `store` out to keep sessions in Redis, or use postgresStore() or mongoStore().',
    );
  }
  return createSessionStore<S>(memoryTable());
}

function memoryTable(): SessionTable {
  const rows = new Map<string, Row>();

  function find(key: string): StoredSession | undefined {
    const row = rows.get(key);
    if (!row) return undefined;
    const { expiresAt, ...session } = row;
    const lifeMs = expiresAt === undefined ? undefined : expiresAt - performance.now();
    if (lifeMs === undefined || lifeMs > 0) return { ...session, lifeMs };
    return { ...session, json: undefined, previousJson: undefined, lifeMs: 0 };
  }

  return {
    read: (key) => Promise.resolve(find(key)),
    write(key, { ttlSeconds, ...session }, expected) {
      if ((rows.get(key)?.version ?? 0) !== expected) return Promise.resolve(undefined);
      const seconds = session.json === undefined ? CLEARED_SECONDS : ttlSeconds;
      const expiresAt = seconds > 0 ? performance.now() + seconds * 1_000 : undefined;
      const version = expected === 0 ? firstVersion() : expected + 1;
      rows.set(key, { ...session, version, expiresAt });
      return Promise.resolve(version);
    },
    remove(key) {
      const row = rows.get(key);
      if (row === undefined || isCleared(row)) return Promise.resolve(false);
      const nothing = { json: undefined, previousJson: undefined, writtenBy: undefined };
      const expiresAt = performance.now() + CLEARED_SECONDS * 1_000;
      rows.set(key, { ...nothing, version: row.version + 1, expiresAt });
      return Promise.resolve(true);
    },
    async *entries() {
      for (const key of [...rows.keys()].sort()) {
        const found = await Promise.resolve(find(key));
        if (found?.json !== undefined) yield { key, ...found };
      }
    },
  };
}

function isCleared({ json, previousJson }: Row): boolean {
  return json === undefined && previousJson === undefined;
}
