import { botInfo } from '@chatlane/testing';
import { Context, Telegram } from 'telegraf';
import type { Counted } from '../turn/counted.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';
import { giveTurn } from '../turn/give-turn.js';

export interface NotesContext extends TurnContext {
  session: { notes: string[] } | undefined;
}

/** A lane's sessions: the stored JSON, and what the current turn has staged. */
export function laneOf(stored: Record<string, string> = {}) {
  const sessions = new Map(Object.entries(stored));
  const staged: [key: string, json: string | undefined, ttlSeconds: number | undefined][] = [];
  const counted: Counted[] = [];
  return {
    sessions,
    staged,
    counted,
    /** Stores what the last turn staged, as the lane's commit does. */
    commit() {
      for (const [key, json] of staged.splice(0)) {
        if (json === undefined) sessions.delete(key);
        else sessions.set(key, json);
      }
    },
    context(turn: Partial<TurnInfo> & { ttlSeconds?: number } = {}): NotesContext {
      const { ttlSeconds, ...rest } = turn;
      const update = { update_id: 1, poll: undefined as never };
      const info: TurnInfo = {
        lane: 'c:42',
        attempt: 1,
        signal: new AbortController().signal,
        sessionKey: 'c:42:42',
        count: (what: Counted) => counted.push(what),
        sessions: {
          get: (key: string) => Promise.resolve(sessions.get(key)),
          stage: (key: string, json: string | undefined, ttl?: number) => {
            staged.push([key, json, ttl]);
          },
          ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
        },
        ...rest,
      };
      const context = new Context(update, new Telegram('1:token'), botInfo);
      return giveTurn(Object.assign(context, { session: undefined }), info, botInfo.id);
    },
  };
}
