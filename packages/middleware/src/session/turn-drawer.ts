import type { TurnInfo } from '../turn/turn.js';
import { ASIDE_SECONDS, asideKey, type SessionDrawer } from './drawer.js';

/** A session kept by the turn itself: staged as JSON, and only when it changed or its life must be extended. */
export function turnDrawer(
  turn: TurnInfo,
  key: string,
  ttlSeconds: number | undefined,
): SessionDrawer {
  if (!key.startsWith(`${turn.lane}:`)) {
    throw new Error(
      `getSessionKey: the key must begin with the turn's lane, "${turn.lane}:"; it does not`,
    );
  }
  const expires = (ttlSeconds ?? turn.sessions.ttlSeconds ?? 0) > 0;
  let stored: string | undefined;
  return {
    outside: false,
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
