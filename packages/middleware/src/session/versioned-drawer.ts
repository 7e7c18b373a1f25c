import { isRepeat } from '../turn/is-repeat.js';
import type { TurnInfo } from '../turn/turn.js';
import { deploymentKey } from './deployment-key.js';
import { ASIDE_SECONDS, asideKey, type SessionDrawer } from './drawer.js';
import {
  StaleSessionError,
  type SessionTable,
  type SessionWrite,
  type StoredSession,
} from './stores/session-table.js';

/**
 * A session kept outside Redis, in a store that can compare and set. The store is written when the handlers are done,
 * the lane's commit comes after it. A turn that dies in between is repeated, and first of all undoes what its earlier
 * try wrote: the store knows which event wrote a session last, and what was there before.
 *
 * Its key in the store begins with the deployment's name. A row without that name, of an earlier version, is moved to the
 * new key by the first turn that needs it.
 */
export function versionedDrawer(
  table: SessionTable,
  turn: TurnInfo,
  plainKey: string,
  ttlSeconds = turn.sessions.ttlSeconds ?? 0,
): SessionDrawer {
  const { deployment } = turn;
  const key = deployment === undefined ? plainKey : deploymentKey(deployment, plainKey);
  let version = 0;
  let before: string | undefined;
  let stored: string | undefined;

  async function write(session: SessionWrite): Promise<void> {
    // A turn that is over may not write, though its handler may have been left behind running.
    turn.signal.throwIfAborted();
    const written = await table.write(key, session, version);
    if (written === undefined) throw new StaleSessionError(turn.lane);
    version = written;
  }

  async function put(session: Omit<SessionWrite, 'ttlSeconds'>): Promise<void> {
    await write({ ...session, ttlSeconds });
    stored = session.json;
  }

  /** Written before it is removed: a worker that dies in between leaves it twice, and the old row is not read again. */
  async function moveHere(): Promise<StoredSession | undefined> {
    const old = key === plainKey ? undefined : await table.read(plainKey);
    if (old?.json === undefined && old?.previousJson === undefined) return undefined;
    const { json, previousJson, writtenBy, lifeMs = 0 } = old;
    await write({ json, previousJson, writtenBy, ttlSeconds: Math.ceil(lifeMs / 1_000) });
    await table.remove(plainKey);
    return old;
  }

  return {
    outside: true,
    async load() {
      let found = await table.read(key);
      version = found?.version ?? 0;
      found ??= await moveHere();
      const undone = found?.writtenBy !== undefined && found.writtenBy === turn.eventId;
      const json = undone ? found?.previousJson : found?.json;
      const content = json === undefined ? undefined : parse(json);
      // A database may give JSON back with its fields in another order: what is compared is ours.
      before = stored = content && 'json' in content ? content.json : json;
      // The worker of an earlier try may be frozen, not dead: a new version keeps its write out.
      if (undone || isRepeat(turn)) {
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
      // One that was left twice would come back once the cleared row is gone.
      if (json === undefined && key !== plainKey) await table.remove(plainKey);
    },
    async setAside(json) {
      turn.signal.throwIfAborted();
      const session = { json, writtenBy: undefined, previousJson: undefined };
      const kept = await table.write(asideKey(key), { ...session, ttlSeconds: ASIDE_SECONDS }, 0);
      if (kept === undefined) throw new StaleSessionError(turn.lane);
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
