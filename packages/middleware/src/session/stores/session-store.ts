import { requireJson } from '@chatlane/contracts';
import type { AsyncSessionStore } from 'telegraf/session';
import type { SessionTable } from './session-table.js';

/** A store with Telegraf's interface, for whatever sessions there are when `S` is unknown, and with what `session()` needs to compare and set. */
export interface VersionedSessionStore<S> extends AsyncSessionStore<S>, SessionTable {}

/** How often `overwrite` tries again when somebody else was faster. */
const TRIES = 20;

/**
 * Makes a store of a table: Telegraf's `get`, `set` and `delete` over its operations. `set` overwrites whatever is there:
 * `session()` does not use it, and compares versions.
 *
 * @throws NotJsonError from `set` for what JSON cannot hold
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

/** Writes whatever the stored version is. */
async function overwrite(table: SessionTable, key: string, json: string): Promise<void> {
  const session = { json, writtenBy: undefined, previousJson: undefined, ttlSeconds: 0 };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const version = (await table.read(key))?.version ?? 0;
    if ((await table.write(key, session, version)) !== undefined) return;
  }
  throw new Error(`A session was written by others ${TRIES} times while it was being set.`);
}

/** Whether a store can compare and set; one that only has Telegraf's interface cannot. */
export function isVersioned(store: object): store is SessionTable {
  return ['read', 'write', 'remove', 'entries'].every(
    (name) => typeof (store as Record<string, unknown>)[name] === 'function',
  );
}
