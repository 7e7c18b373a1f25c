import type { SessionStore } from 'telegraf/session';
import type { SessionDrawer } from './drawer.js';

/** A session kept in any store with Telegraf's interface, written as Telegraf does: always when it was touched. */
export function storeDrawer<S>(store: SessionStore<S>, key: string): SessionDrawer<S> {
  return {
    load: async () => store.get(key),
    async save(value) {
      if (value === undefined) await store.delete(key);
      else await store.set(key, value);
    },
  };
}
