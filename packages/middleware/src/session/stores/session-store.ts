import { requireJson } from '@chatlane/contracts';
import type { AsyncSessionStore } from 'telegraf/session';
import type { SessionTable } from './session-table.js';

/** A session store with Telegraf's interface and the compare-and-set operations that `session()` uses. */
export interface VersionedSessionStore<S> extends AsyncSessionStore<S>, SessionTable {}

/** How often `overwrite` tries before it gives up because others keep writing the session. */
const MAX_TRIES = 20;

/**
 * Turns a table into a store by adding Telegraf's `get`, `set` and `delete`. `set` overwrites whatever is stored;
 * `session()` does not use it and compares versions instead.
 *
 * @throws NotJsonError from `set`, for a value that JSON cannot hold
 */
export function createSessionStore<S = unknown>(
  table: SessionTable,
): VersionedSessionStore<NoInfer<S>> {
  return {
    read: (key) => table.read(key),
    write: (key, session, expected) => table.write(key, session, expected),
    remove: (key) => table.remove(key),
    entries: () => table.entries(),
    async get(key) {
      const found = await table.read(key);
      return found?.json === undefined ? undefined : (JSON.parse(found.json) as S);
    },
    async set(key, value) {
      requireJson('session', value);
      await overwrite(table, key, JSON.stringify(value));
    },
    delete: (key) => table.remove(key),
  };
}

/** Writes the session whatever its stored version. */
async function overwrite(table: SessionTable, key: string, json: string): Promise<void> {
  const session = { json, writtenBy: undefined, previousJson: undefined, ttlSeconds: 0 };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const version = (await table.read(key))?.version ?? 0;
    if ((await table.write(key, session, version)) !== undefined) return;
  }
  throw new Error(`A session was written by others ${MAX_TRIES} times while it was being set.`);
}

/** Whether a store supports compare-and-set. One that has only Telegraf's interface does not. */
export function isVersioned(store: object): store is SessionTable {
  return ['read', 'write', 'remove', 'entries'].every(
    (name) => typeof (store as Record<string, unknown>)[name] === 'function',
  );
}
