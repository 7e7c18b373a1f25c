import type { MiddlewareFn } from 'telegraf';
import { copySceneStates } from '../scenes/copy-scene-states.js';
import type { TurnContext } from '../turn/turn.js';
import { storeBackend, turnBackend } from './backends.js';
import { loadSession, sessionCodec, type SessionCodec } from './codec.js';
import { readOptions, type SessionOptions } from './options.js';
import { inUnitOfWork } from './unit-of-work.js';

/**
 * `ctx.session` as in Telegraf 4.16, made for lanes. The session is loaded once per turn, shared with no other turn,
 * and staged when all handlers behind this middleware are done, so that the lane's commit writes the session and
 * acknowledges the event together. If a handler throws, nothing is staged. Assigning undefined or null clears the
 * session. An event without a session key has an undefined session. A turn may have several sessions, each with its own
 * property and key: they are staged together or not at all.
 *
 * A stored session that cannot be read (it is not JSON, a migration throws, or the schema rejects it) is set aside for
 * 30 days, under its key followed by `~aside-` and the time. The turn goes on with the default session. A session of a
 * newer version fails the turn: while a worker with the newer code is alive, the event waits for it, and the wait does
 * not count as an attempt. If none is alive, the session is set aside on the event's last attempt.
 *
 * The default session, and the state that a scene is entered with, are copied for each turn. What JSON cannot hold is
 * refused with its path: NaN, a Set, a class instance, undefined in an array, a Date that no schema reads back.
 *
 * @throws RangeError for an invalid option or a missing migration, when the bot is built
 * @throws SessionInvalidError for a default session that JSON cannot hold; when the bot is built, if it takes no
 * context
 * @throws SessionTooLargeError, SessionInvalidError in a turn, before anything is staged
 * @throws SessionNewerError in a turn, before its handlers run
 */
export function session<
  C extends TurnContext & { [key in P]?: C[P] },
  P extends (Exclude<keyof C, keyof TurnContext> & string) | 'session' = 'session',
>(options: SessionOptions<NonNullable<C[P]>, C, P> = {}): MiddlewareFn<C> {
  type S = NonNullable<C[P]>;
  const { store, ttlSeconds } = options;
  const rules = readOptions(options);
  const { property } = rules;
  const codec = sessionCodec<S>(rules);
  const defineSession = sessionProperty<S>(property);
  const defaultFor = defaultFactory<S, C>(options.defaultSession, codec);

  return async function sessionMiddleware(ctx, next) {
    const { turn } = ctx;
    const key = options.getSessionKey ? await options.getSessionKey(ctx) : turn.sessionKey;
    if (key === undefined || key === '') {
      Object.defineProperty(ctx, property, {
        value: undefined,
        writable: true,
        configurable: true,
      });
      return next();
    }
    await inUnitOfWork(turn, async (unit) => {
      unit.claim(store ?? turn.sessions, key, property);
      turn.sessionVersions?.declare(property, rules.version);
      const backend = store
        ? storeBackend(store, turn, key, ttlSeconds)
        : turnBackend(turn, key, ttlSeconds);
      const loading = loadSession(await backend.load(), codec, turn, rules);
      const loaded = loading instanceof Promise ? await loading : loading;
      const { aside, migrated } = loaded;

      const tracked = { value: loaded.value ?? defaultFor(ctx), touched: false };
      defineSession(ctx, tracked);
      if (property === 'session') copySceneStates(ctx);
      await next();
      if (!tracked.touched && !migrated && !aside) return;
      const json =
        tracked.value === undefined ? undefined : codec.encode(tracked.value, loaded.json, turn);
      await unit.deferSave(backend, async () => {
        if (aside) await backend.setAside(aside);
        await backend.save(json);
        if (aside) turn.count?.('session-set-aside');
        else if (migrated) turn.count?.('session-migrated');
      });
    });
  };
}

/** A session while the handlers of a turn can use it. */
interface TrackedSession<S> {
  value: S | undefined;
  /** A handler has read or assigned the session. A handler that read it may have changed it. */
  touched: boolean;
}

/**
 * Returns a function that defines the session's property on a context. All contexts share one getter and one setter: if
 * each had its own functions, V8 would store every context as a hash table.
 */
function sessionProperty<S>(property: string): (ctx: object, tracked: TrackedSession<S>) => void {
  const slot = Symbol(property);
  type Owner = Record<typeof slot, TrackedSession<S>> & Pick<TurnContext, 'turn'>;
  const name = `ctx.${property}`;
  const accessors: PropertyDescriptor & ThisType<Owner> = {
    configurable: true,
    get() {
      this.turn.onUse?.(name);
      this[slot].touched = true;
      return this[slot].value;
    },
    set(replacement: S | null | undefined) {
      this.turn.onUse?.(name);
      this[slot].touched = true;
      this[slot].value = replacement ?? undefined;
    },
  };
  return function define(ctx, tracked) {
    Object.defineProperty(ctx, slot, { value: tracked, configurable: true });
    Object.defineProperty(ctx, property, accessors);
  };
}

/**
 * Returns a function that makes the default session of a turn. It returns a copy, because `defaultSession` may return
 * the same object each time. A `defaultSession` without parameters is also called here, to refuse at startup a default
 * that cannot be stored.
 *
 * @throws SessionInvalidError
 */
function defaultFactory<S, C extends TurnContext>(
  defaultSession: ((ctx: C) => S) | undefined,
  codec: Pick<SessionCodec<S>, 'copyDefault'>,
): (ctx: C) => S | undefined {
  if (defaultSession === undefined) return () => undefined;
  if (defaultSession.length === 0) {
    const first = attempt(defaultSession as () => S);
    if (first !== undefined) codec.copyDefault(first);
  }
  return (ctx) => codec.copyDefault(defaultSession(ctx), ctx.turn);
}

/** Undefined when `make` throws: it may need something that exists only once the bot runs. */
function attempt<S>(make: () => S): S | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
