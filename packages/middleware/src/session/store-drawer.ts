import type { SessionStore } from 'telegraf/session';
import { asideKey, type SessionDrawer } from './drawer.js';

/**
 * A session kept in any store with Telegraf's interface, written as Telegraf does: always when it was touched. What a
 * store holds for a type is that type, or an envelope with it: the store does not look.
 */
export function storeDrawer<S>(store: SessionStore<S>, key: string): SessionDrawer {
  return {
    outside: true,
    async load() {
      const content: unknown = await store.get(key);
      return content === undefined || content === null ? undefined : { content };
    },
    async save(sealed) {
      if (sealed === undefined) await store.delete(key);
      else await store.set(key, sealed.content as S);
    },
    async setAside({ content }) {
      await store.set(asideKey(key), content as S);
    },
  };
}
