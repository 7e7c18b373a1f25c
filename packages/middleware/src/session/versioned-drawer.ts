import type { TurnInfo } from '../turn/turn.js';
import { ASIDE_SECONDS, asideKey, type SessionDrawer } from './drawer.js';
import { overwrite } from './stores/session-store.js';
import { StaleSessionError, type SessionTable, type SessionWrite } from './stores/session-table.js';

/**
 * A session kept outside Redis, in a store that can compare and set. The store is written when the handlers are done,
 * the lane's commit comes after it. A turn that dies in between is repeated, and first of all undoes what its earlier
 * try wrote: the store knows which event wrote a session last, and what was there before.
 */
export function versionedDrawer(
  table: SessionTable,
  turn: TurnInfo,
  key: string,
  ttlSeconds = turn.sessions.ttlSeconds ?? 0,
): SessionDrawer {
  let version = 0;
  let before: string | undefined;
  let stored: string | undefined;

  async function write(session: Omit<SessionWrite, 'ttlSeconds'>): Promise<void> {
    // A turn that is over may not write, though its handler may have been left behind running.
    turn.signal.throwIfAborted();
    if (!(await table.write(key, { ...session, ttlSeconds }, version))) {
      throw new StaleSessionError(turn.lane);
    }
    version += 1;
    stored = session.json;
  }

  return {
    outside: true,
    async load() {
      const found = await table.read(key);
      version = found?.version ?? 0;
      const undone = found?.writtenBy !== undefined && found.writtenBy === turn.eventId;
      const json = undone ? found.previousJson : found?.json;
      const content = json === undefined ? undefined : parse(json);
      // A database may give JSON back with its fields in another order: what is compared is ours.
      before = stored = content && 'json' in content ? content.json : json;
      // The worker of an earlier try may be frozen, not dead: a new version keeps its write out.
      if (undone || turn.attempt > 1) {
        await write({ json: before, writtenBy: undefined, previousJson: undefined });
      }
      return content;
    },
    async save(json) {
      if (json === stored && (json === undefined || ttlSeconds === 0)) return;
      const changed = json !== before && turn.eventId !== undefined;
      await write({
        json,
        writtenBy: changed ? turn.eventId : undefined,
        previousJson: changed ? before : undefined,
      });
    },
    async setAside(json) {
      turn.signal.throwIfAborted();
      await overwrite(table, asideKey(key), json, ASIDE_SECONDS);
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
