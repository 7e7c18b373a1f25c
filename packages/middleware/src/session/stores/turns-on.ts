import { Context, Telegram } from 'telegraf';
import type { SessionStore } from 'telegraf/session';
import type { UserFromGetMe } from 'telegraf/types';
import { session } from '../session.js';
import type { CheckedContext, CheckedTurns, OpenTurns } from './conformance.js';
import type { VersionedSessionStore } from './session-store.js';
import { giveTurn } from '../../turn/give-turn.js';

/** An attempt that takes longer is abandoned and repeated. */
const DEADLINE_MS = 1_000;

const me: UserFromGetMe = {
  id: 1,
  is_bot: true,
  first_name: 'Lane',
  username: 'lane_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
};

/** Runs turns on a store without lanes, for `sessionStoreChecks`: in this process, one attempt after another. */
export function turnsOn(
  store: SessionStore<Record<string, unknown>> | VersionedSessionStore<unknown>,
  options: Parameters<OpenTurns>[0] = {},
): CheckedTurns {
  const middleware = session<CheckedContext>({ ...options, store });

  async function attemptTurn(ctx: CheckedContext, handle: (ctx: CheckedContext) => unknown) {
    await middleware(ctx, async () => void (await handle(ctx)));
    ctx.afterSaving?.();
  }

  return {
    async send(user, handle) {
      const eventId = String((lastEventId += 1));
      for (let attempt = 1; ; attempt += 1) {
        const over = new AbortController();
        const ctx = createContext(user, eventId, attempt, over.signal);
        const timer = setTimeout(() => over.abort(new Error('past its deadline')), DEADLINE_MS);
        const late = new Promise<never>((_resolve, reject) => {
          over.signal.addEventListener('abort', () => reject(over.signal.reason as Error));
        });
        const running = attemptTurn(ctx, handle);
        try {
          return await Promise.race([running, late]);
        } catch (error) {
          running.catch(() => undefined);
          if (attempt === 50) throw error;
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt));
        } finally {
          clearTimeout(timer);
        }
      }
    },
  };
}

let lastEventId = 0;

function createContext(
  user: number,
  eventId: string,
  attempt: number,
  signal: AbortSignal,
): CheckedContext {
  const lane = `c:${user}`;
  const update = { update_id: Number(eventId), poll: undefined as never };
  const turn = {
    lane,
    eventId,
    attempt,
    signal,
    sessionKey: `${lane}:${user}`,
    sessions: { get: () => Promise.resolve(undefined), stage: () => undefined },
  };
  const context = new Context(update, new Telegram('1:token'), me);
  return giveTurn(Object.assign(context, { session: undefined }), turn, me.id);
}
