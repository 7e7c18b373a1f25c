import type { SessionStore } from 'telegraf/session';
import type { TurnInfo } from '../turn/turn.js';
import { asideKey, type SessionDrawer } from './drawer.js';
import { isVersioned, type VersionedSessionStore } from './stores/session-store.js';
import { versionedDrawer } from './versioned-drawer.js';

/**
 * A session kept in a store outside the lane's commit. One with no more than Telegraf's interface is written as Telegraf
 * does, always when it was touched: a turn repeated after a crash sees what its first try wrote. What it holds for a
 * type is that type, or an envelope with it: the store does not look.
 */
export function storeDrawer<S>(
  store: SessionStore<S> | VersionedSessionStore<unknown>,
  turn: TurnInfo,
  key: string,
  ttlSeconds?: number,
): SessionDrawer {
  if (isVersioned(store)) return versionedDrawer(store, turn, key, ttlSeconds);
  return {
    outside: true,
    async load() {
      const content: unknown = await store.get(key);
      return content === undefined || content === null ? undefined : { content };
    },
    async save(sealed) {
      // A turn that is over may not write, though its handler may have been left behind running.
      turn.signal.throwIfAborted();
      if (sealed === undefined) await store.delete(key);
      else await store.set(key, sealed.content as S);
    },
    async setAside({ content }) {
      turn.signal.throwIfAborted();
      await store.set(asideKey(key), content as S);
    },
  };
}
