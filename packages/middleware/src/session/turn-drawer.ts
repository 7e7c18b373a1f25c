import type { TurnInfo } from '../turn/turn.js';
import type { SessionDrawer } from './drawer.js';

/** A session kept by the turn itself: staged as JSON, and only when it changed or its life must be extended. */
export function turnDrawer<S>(
  turn: TurnInfo,
  key: string,
  ttlSeconds: number | undefined,
): SessionDrawer<S> {
  if (!key.startsWith(`${turn.lane}:`)) {
    throw new Error(
      `getSessionKey: the key must begin with the turn's lane, "${turn.lane}:"; it does not`,
    );
  }
  const expires = (ttlSeconds ?? turn.sessions.ttlSeconds ?? 0) > 0;
  let stored: string | undefined;
  return {
    async load() {
      stored = await turn.sessions.get(key);
      return stored === undefined ? undefined : (parse(stored, turn.lane) as S);
    },
    save(value) {
      const json = value === undefined ? undefined : JSON.stringify(value);
      if (json !== stored || (json !== undefined && expires)) {
        turn.sessions.stage(key, json, ttlSeconds);
      }
      return Promise.resolve();
    },
  };
}

function parse(json: string, lane: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Node's own message quotes the text, which is the user's.
    throw new Error(`The stored session of lane ${lane} is not valid JSON`);
  }
}
