import type { SessionStore } from 'telegraf/session';
import { copyData } from '../copy-data.js';
import { isRepeat, type TurnInfo } from '../turn/turn.js';
import { ASIDE_SECONDS, asideKey, deploymentKey } from './keys.js';
import { isVersioned, type VersionedSessionStore } from './stores/session-store.js';
import {
  StaleSessionError,
  type SessionTable,
  type SessionWrite,
  type StoredSession,
} from './stores/session-table.js';

/** What a backend has loaded: parsed content, or text that is not JSON. */
export type RawSession = { content: unknown; json?: string } | { unreadable: string };

/** Where one session is loaded from at the start of a turn, and saved to at its end. */
export interface SessionBackend {
  /** Whether sessions are written before the lane's commit, instead of as a part of it. */
  readonly isExternal: boolean;
  load(): Promise<RawSession | undefined>;
  /** Undefined deletes the session. */
  save(json: string | undefined): Promise<void>;
  /** Stores a copy under `asideKey`, which no turn reads, for `ASIDE_SECONDS` if the store supports expiry. */
  setAside(json: string): Promise<void>;
}

/** The default: the lane's own sessions in Redis. A session is staged only when it changed, or to extend its life. */
export function turnBackend(
  turn: TurnInfo,
  key: string,
  ttlSeconds: number | undefined,
): SessionBackend {
  if (!key.startsWith(`${turn.lane}:`)) {
    throw new Error(
      `getSessionKey: the key must begin with the turn's lane, "${turn.lane}:"; it does not`,
    );
  }
  const expires = (ttlSeconds ?? turn.sessions.ttlSeconds ?? 0) > 0;
  let stored: string | undefined;
  return {
    isExternal: false,
    async load() {
      stored = await turn.sessions.get(key);
      if (stored === undefined) return undefined;
      try {
        return { content: JSON.parse(stored) as unknown, json: stored };
      } catch {
        return { unreadable: stored };
      }
    },
    save(json) {
      if (json !== stored || (json !== undefined && expires)) {
        turn.sessions.stage(key, json, ttlSeconds);
      }
      return Promise.resolve();
    },
    setAside(json) {
      turn.sessions.stage(asideKey(key), json, ASIDE_SECONDS);
      return Promise.resolve();
    },
  };
}

/**
 * A store outside the lane's commit. One that has only Telegraf's interface is written the way Telegraf writes it,
 * whenever the session was touched: a turn that is repeated after a crash sees what its first attempt wrote. The store
 * receives and returns copies, because an in-memory store such as a Map would otherwise hold the very object that
 * handlers modify.
 */
export function storeBackend<S>(
  store: SessionStore<S> | VersionedSessionStore<unknown>,
  turn: TurnInfo,
  key: string,
  ttlSeconds?: number,
): SessionBackend {
  if (isVersioned(store)) return versionedBackend(store, turn, key, ttlSeconds);
  return {
    isExternal: true,
    async load() {
      const content: unknown = await store.get(key);
      return content === undefined || content === null ? undefined : { content: copyData(content) };
    },
    async save(json) {
      // A turn that is over may not write, though its handler may still be running.
      turn.signal.throwIfAborted();
      if (json === undefined) await store.delete(key);
      // The parsed JSON may be a versioned value instead of an `S`. The store does not look inside.
      else await store.set(key, JSON.parse(json) as S);
    },
    async setAside(json) {
      turn.signal.throwIfAborted();
      await store.set(asideKey(key), JSON.parse(json) as S);
    },
  };
}

/**
 * A store outside Redis that can compare and set. It is written when the handlers are done, and the lane commits after
 * that. If the worker dies in between, the turn is repeated and first undoes what its earlier attempt wrote: the store
 * records which event wrote the session last, and what it held before.
 *
 * The key in the store begins with the deployment's name. A row under a key without it, written by earlier code, is
 * moved to the new key by the first turn that needs it.
 */
function versionedBackend(
  table: SessionTable,
  turn: TurnInfo,
  plainKey: string,
  ttlSeconds = turn.sessions.ttlSeconds ?? 0,
): SessionBackend {
  const { deployment } = turn;
  const key = deployment === undefined ? plainKey : deploymentKey(deployment, plainKey);
  let version = 0;
  let before: string | undefined;
  let stored: string | undefined;

  async function write(session: SessionWrite): Promise<void> {
    // A turn that is over may not write, though its handler may still be running.
    turn.signal.throwIfAborted();
    const written = await table.write(key, session, version);
    if (written === undefined) throw new StaleSessionError(turn.lane);
    version = written;
  }

  async function put(session: Omit<SessionWrite, 'ttlSeconds'>): Promise<void> {
    await write({ ...session, ttlSeconds });
    stored = session.json;
  }

  /** Writes the new row before removing the old one. If the worker dies in between, the old row is never read again. */
  async function moveFromPlainKey(): Promise<StoredSession | undefined> {
    const old = key === plainKey ? undefined : await table.read(plainKey);
    if (old?.json === undefined && old?.previousJson === undefined) return undefined;
    const { json, previousJson, writtenBy, lifeMs = 0 } = old;
    await write({ json, previousJson, writtenBy, ttlSeconds: Math.ceil(lifeMs / 1_000) });
    await table.remove(plainKey);
    return old;
  }

  return {
    isExternal: true,
    async load() {
      let found = await table.read(key);
      version = found?.version ?? 0;
      found ??= await moveFromPlainKey();
      const isUndone = found?.writtenBy !== undefined && found.writtenBy === turn.eventId;
      const json = isUndone ? found?.previousJson : found?.json;
      const content = json === undefined ? undefined : parse(json);
      // A database may return the fields of an object in another order, so compare our own serialization.
      before = stored = content && 'json' in content ? content.json : json;
      // The worker of an earlier attempt may be frozen, not dead. A new version fences its write off.
      if (isUndone || isRepeat(turn)) {
        await put({ json: before, writtenBy: undefined, previousJson: undefined });
      }
      return content;
    },
    async save(json) {
      if (json === stored && (json === undefined || ttlSeconds === 0)) return;
      const changed = json !== before && turn.eventId !== undefined;
      await put({
        json,
        writtenBy: changed ? turn.eventId : undefined,
        previousJson: changed ? before : undefined,
      });
      // A move that was cut short left the old row, which would be moved again once the cleared row has expired.
      if (json === undefined && key !== plainKey) await table.remove(plainKey);
    },
    async setAside(json) {
      turn.signal.throwIfAborted();
      const session = { json, writtenBy: undefined, previousJson: undefined };
      const written = await table.write(
        asideKey(key),
        { ...session, ttlSeconds: ASIDE_SECONDS },
        0,
      );
      if (written === undefined) throw new StaleSessionError(turn.lane);
    },
  };
}

function parse(json: string): { content: unknown; json: string } | { unreadable: string } {
  try {
    const content: unknown = JSON.parse(json);
    return { content, json: JSON.stringify(content) };
  } catch {
    return { unreadable: json };
  }
}
