import { deepStrictEqual, ok } from 'node:assert/strict';
import type { SessionOptions } from '../options.js';
import type { TurnContext } from '../../turn/turn.js';

/** The context that the handlers of a check receive. */
export interface CheckedContext extends TurnContext {
  /** The session of the turn; undefined when there is none. */
  session: Record<string, unknown> | undefined;
  /** A handler may set it. It is called after the session was saved and before the turn is committed. */
  afterSaving?: () => void;
}

/** Runs turns whose sessions are kept in the store under test. */
export interface CheckedTurns {
  /**
   * Handles an event of this user's private chat. Resolves when its turn has been committed. An attempt that throws, or
   * takes more than a second, is repeated.
   */
  send(user: number, handle: (ctx: CheckedContext) => unknown): Promise<void>;
}

/** Each call returns turns on the same store. */
export type OpenTurns = (
  options?: Pick<
    SessionOptions<Record<string, unknown>, CheckedContext, 'session'>,
    'getSessionKey' | 'ttlSeconds'
  >,
) => CheckedTurns;

/** One requirement that every store must meet. */
export interface SessionStoreCheck {
  /** What the store does, for the name of the test. */
  name: string;
  /**
   * What the check requires beyond Telegraf's interface. `undo`: a repeated turn sees the session as it was before;
   * `compare-and-set`: turns of several lanes may share a session; `expiry`: sessions have a time to live.
   */
  needs?: 'undo' | 'compare-and-set' | 'expiry';
  /** Rejects when the store fails the check. `user` and the next hundred ids must not have a session yet. */
  run: (open: OpenTurns, user: number) => Promise<void>;
}

/**
 * Conformance checks for session stores, those of Chatlane and your own.
 *
 * @example
 * sessionStoreChecks.forEach(({ name, run }, index) =>
 *   it(name, () => run((options) => turnsOn(store, options), 1_000 * index)));
 */
export const sessionStoreChecks: readonly SessionStoreCheck[] = [
  {
    name: 'keeps what handlers wrote from turn to turn',
    async run(open, user) {
      const turns = open();
      await expectSession(turns, user, undefined);
      await turns.send(user, count);
      await turns.send(user, count);
      await expectSession(open(), user, { count: 2 });
    },
  },
  {
    name: 'keeps a separate session for each user',
    async run(open, user) {
      const turns = open();
      const users = Array.from({ length: 10 }, (_, index) => user + index);
      await Promise.all(users.map((each) => turns.send(each, (ctx) => (ctx.session = { each }))));
      for (const each of users) await expectSession(turns, each, { each });
    },
  },
  {
    name: 'returns every JSON value unchanged',
    async run(open, user) {
      const turns = open();
      const values = {
        texts: ['', ' ', 'ä € 漢 🙂', '"quoted" \\u0000 \\', '\u0000', '🙂'.slice(0, 1), '\u2028'],
        numbers: [0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER],
        others: [true, false, null, [], {}, [[]]],
        deep: { a: { 'b.c': { $d: { '': [{ e: null }] } } } },
        long: 'x'.repeat(50_000),
      };
      await turns.send(user, (ctx) => (ctx.session = copy(values)));
      await expectSession(turns, user, values);
      // Fields that a store might mistake for its own.
      for (const marked of ['chatlane:json', 'chatlaneSession', 'value', '_id', '__proto__']) {
        for (const more of [{}, { a: 1 }, { 'a field of a longer name': 1 }]) {
          const session = JSON.parse(
            JSON.stringify({ ...more, [marked]: '{"admin":true}' }),
          ) as Record<string, unknown>;
          await turns.send(user, (ctx) => (ctx.session = copy(session)));
          await expectSession(turns, user, session);
        }
      }
    },
  },
  {
    name: 'deletes a session that was cleared',
    async run(open, user) {
      const turns = open();
      await turns.send(user, count);
      await turns.send(user, (ctx) => (ctx.session = undefined));
      await expectSession(turns, user, undefined);
      await turns.send(user, count);
      await expectSession(turns, user, { count: 1 });
    },
  },
  {
    name: 'saves nothing of an attempt that throws',
    async run(open, user) {
      const turns = open();
      await turns.send(user, count);
      await turns.send(user, (ctx) => {
        count(ctx);
        if (ctx.turn.attempt < 3) throw new Error('on purpose');
      });
      await expectSession(turns, user, { count: 2 });
    },
  },
  {
    name: 'saves nothing that an attempt wrote into the loaded session before it threw',
    async run(open, user) {
      const turns = open();
      await turns.send(user, (ctx) => (ctx.session = { list: [] }));
      await turns.send(user, (ctx) => {
        (ctx.session?.['list'] as number[]).push(ctx.turn.attempt);
        if (ctx.turn.attempt < 3) throw new Error('on purpose');
      });
      await expectSession(turns, user, { list: [3] });
    },
  },
  {
    name: 'saves nothing of a handler that continues after its signal has fired',
    async run(open, user) {
      const turns = open();
      let leftBehind: CheckedContext | undefined;
      let goOn = (): void => undefined;
      await turns.send(user, async (ctx) => {
        if (ctx.turn.attempt > 1) return;
        leftBehind = ctx;
        await new Promise<void>((resolve) => {
          goOn = resolve;
          // A lane that waits for its handlers would not run the next turn otherwise.
          setTimeout(resolve, 3_000);
        });
        ctx.session = { late: true };
      });
      await turns.send(user, count);
      ok(leftBehind?.turn.signal.aborted, 'the signal of the first attempt must have fired');
      goOn();
      await turns.send(user, count);
      await expectSession(turns, user, { count: 2 });
    },
  },
  {
    name: 'shows a repeated turn the session as it was before the first attempt',
    needs: 'undo',
    async run(open, user) {
      const turns = open();
      await turns.send(user, (ctx) => {
        if (ctx.turn.attempt > 1) deepStrictEqual(ctx.session, undefined);
        count(ctx);
        dieAfterSaving(ctx);
      });
      await turns.send(user, (ctx) => {
        deepStrictEqual(ctx.session, { count: 1 });
        count(ctx);
        dieAfterSaving(ctx);
      });
      await expectSession(turns, user, { count: 2 });
    },
  },
  {
    name: 'restores a session that the first attempt cleared',
    needs: 'undo',
    async run(open, user) {
      const turns = open();
      await turns.send(user, count);
      await turns.send(user, (ctx) => {
        deepStrictEqual(ctx.session, { count: 1 });
        ctx.session = undefined;
        dieAfterSaving(ctx);
      });
      await expectSession(turns, user, undefined);
    },
  },
  {
    name: 'undoes the first attempt even if the next one writes nothing',
    needs: 'undo',
    async run(open, user) {
      const turns = open();
      await turns.send(user, count);
      await turns.send(user, (ctx) => {
        if (ctx.turn.attempt > 1) return;
        count(ctx);
        dieAfterSaving(ctx);
      });
      await expectSession(turns, user, { count: 1 });
    },
  },
  {
    name: 'loses no write when several lanes share a session',
    needs: 'compare-and-set',
    async run(open, user) {
      const turns = open({ getSessionKey: () => `shared:${user}` });
      const lanes = Array.from({ length: 8 }, (_, index) => user + index);
      await Promise.all(lanes.map((each) => turns.send(each, count)));
      await Promise.all(lanes.map((each) => turns.send(each, count)));
      await expectSession(turns, user, { count: 16 });
    },
  },
  {
    name: 'expires a session that was not used for its time to live, and no other',
    needs: 'expiry',
    async run(open, user) {
      const [short, long] = [open({ ttlSeconds: 1 }), open({ ttlSeconds: 3_600 })];
      await short.send(user, count);
      await long.send(user + 1, count);
      // Each read extends the session's life, so wait for longer than that before reading.
      for (let exists = true; exists;) {
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        await short.send(user, (ctx) => (exists = ctx.session !== undefined));
      }
      await expectSession(long, user + 1, { count: 1 });
    },
  },
];

function count(ctx: CheckedContext): void {
  const before = (ctx.session?.['count'] as number | undefined) ?? 0;
  ctx.session = { ...ctx.session, count: before + 1 };
}

function dieAfterSaving(ctx: CheckedContext): void {
  if (ctx.turn.attempt > 2) return;
  ctx.afterSaving = () => {
    throw new Error('the worker died between saving the session and the commit');
  };
}

/** Reads the session in a later turn, and compares it outside: a mismatch must fail the check, not the turn. */
async function expectSession(turns: CheckedTurns, user: number, session: unknown): Promise<void> {
  let seen: unknown;
  await turns.send(user, (ctx) => (seen = copy(ctx.session)));
  deepStrictEqual(seen, session);
}

function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
