import type { MiddlewareFn } from 'telegraf';
import type { SessionStore } from 'telegraf/session';
import type { TurnContext } from '../turn/turn.js';
import type { SessionDrawer } from './drawer.js';
import { storeDrawer } from './store-drawer.js';
import { turnDrawer } from './turn-drawer.js';

export interface SessionOptions<S, C extends TurnContext, P extends string> {
  /** The context's property that holds the session. Default `session`. */
  property?: P;
  /** The session of somebody who has none yet. Default: none, `ctx.session` is undefined. */
  defaultSession?: (ctx: C) => S;
  /**
   * Default: the event's own key, which is that of its sender in its lane. Undefined: no session. With the turn's
   * own sessions a key must begin with its lane and a colon, as only then no two turns can hold it at once.
   */
  getSessionKey?: (ctx: C) => string | undefined | Promise<string | undefined>;
  /** Another store, with Telegraf's interface. Its writes are not part of the lane's commit. Default: the turn's. */
  store?: SessionStore<S>;
  /** Seconds an unused session is kept, for the turn's own sessions only. Default: the deployment's setting. */
  ttlSeconds?: number;
}

/**
 * `ctx.session` as Telegraf 4.16 has it, for lanes: the session is read once, shared with no other turn, and staged
 * when all handlers behind it are done, so that the lane's commit writes session and acknowledgement together. When
 * a handler throws nothing is staged. Assigning undefined or null clears it; an event without a session key
 * has an undefined session.
 */
export function session<
  C extends TurnContext & { [key in P]?: C[P] },
  P extends (Exclude<keyof C, keyof TurnContext> & string) | 'session' = 'session',
>(options: SessionOptions<NonNullable<C[P]>, C, P> = {}): MiddlewareFn<C> {
  type S = NonNullable<C[P]>;
  const property = options.property ?? 'session';

  return async function sessionMiddleware(ctx, next) {
    const own = ctx.turn.sessionKey;
    const key = options.getSessionKey === undefined ? own : await options.getSessionKey(ctx);
    if (key === undefined || key === '') {
      Object.defineProperty(ctx, property, {
        value: undefined,
        writable: true,
        configurable: true,
      });
      return next();
    }
    const drawer: SessionDrawer<S> =
      options.store === undefined
        ? turnDrawer<S>(ctx.turn, key, options.ttlSeconds)
        : storeDrawer(options.store, key);

    let value = (await drawer.load()) ?? options.defaultSession?.(ctx);
    let touched = false;
    Object.defineProperty(ctx, property, {
      configurable: true,
      get() {
        touched = true;
        return value;
      },
      set(replacement: S | null | undefined) {
        touched = true;
        value = replacement ?? undefined;
      },
    });
    await next();
    if (touched) await drawer.save(value);
  };
}
