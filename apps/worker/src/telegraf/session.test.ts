import { createRequire } from 'node:module';
import { botInfo } from '@chatlane/testing';
import { Context, Telegram, type session as telegrafSession } from 'telegraf';
import type { Update } from 'telegraf/types';
import { patchSession, type SessionLibrary } from './session.js';

interface Library {
  session: typeof telegrafSession;
}

const library = createRequire(import.meta.url)('telegraf/session') as SessionLibrary;
patchSession(library, () => undefined);
const { session } = library as Library;

interface Names {
  names: string[];
}

/** A context with a turn, and the sessions that the turn has staged. */
function turnOf(user: number) {
  const staged: Record<string, string | undefined> = {};
  const lane = `c:${user}`;
  const turn = {
    lane,
    attempt: 1,
    signal: new AbortController().signal,
    sessionKey: `${lane}:${user}`,
    sessions: {
      get: () => Promise.resolve(undefined),
      stage: (key: string, json: string | undefined) => void (staged[key] = json),
    },
  };
  const session: Names = { names: [] };
  const context = new Context({ update_id: 1 } as Update, new Telegram('1:token'), botInfo);
  return { ctx: Object.assign(context, { turn, session }), staged };
}

describe("session() of the bot's Telegraf", () => {
  it('copies its default for each turn', async () => {
    const initial: Names = { names: [] };
    const middleware = session({ defaultSession: () => initial });
    for (const user of [1, 2, 3]) {
      const { ctx, staged } = turnOf(user);
      await middleware(ctx, () => Promise.resolve(void ctx.session.names.push(`${user}`)));
      expect(staged).toEqual({ [`c:${user}:${user}`]: `{"names":["${user}"]}` });
    }
  });

  it('throws at startup when JSON cannot hold its default', () => {
    expect(() => session({ defaultSession: () => ({ seen: [new Set()] }) })).toThrow(
      'session() of Telegraf, defaultSession: ctx.session.seen[0] is a Set, which JSON cannot hold: ' +
        'store an array, [...set]',
    );
  });

  it('does not check a default that throws without a context', () => {
    const defaultSession = (): Names => {
      throw new Error('not loaded yet');
    };
    expect(() => session({ defaultSession })).not.toThrow();
  });
});
