import type { SessionStore } from 'telegraf/session';
import { copyData } from '../copy-data.js';
import type { TurnInfo } from '../turn/turn.js';
import { asideKey, type SessionDrawer } from './drawer.js';
import { isVersioned, type VersionedSessionStore } from './stores/session-store.js';
import { versionedDrawer } from './versioned-drawer.js';

/**
 * A session kept in a store outside the lane's commit. One with no more than Telegraf's interface is written as Telegraf
 * does, always when it was touched: a turn repeated after a crash sees what its first try wrote. What it holds for a
 * type is that type, or an envelope with it: the store does not look. It gets and gives copies, because a store in
 * memory, such as a Map, would otherwise hold the very object that handlers write to.
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
      return content === undefined || content === null ? undefined : { content: copyData(content) };
    },
    async save(json) {
      // A turn that is over may not write, though its handler may have been left behind running.
      turn.signal.throwIfAborted();
      if (json === undefined) await store.delete(key);
      else await store.set(key, JSON.parse(json) as S);
    },
    async setAside(json) {
      turn.signal.throwIfAborted();
      await store.set(asideKey(key), JSON.parse(json) as S);
    },
  };
}
