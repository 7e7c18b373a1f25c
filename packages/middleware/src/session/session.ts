import type { MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';
import { copySceneStates } from '../scenes/copy-scene-states.js';
import { inCabinet } from './cabinet.js';
import { defaultsOf } from './defaults.js';
import { sessionFormat } from './format.js';
import { readOptions, type SessionOptions } from './options.js';
import { sessionProperty } from './session-property.js';
import { storeDrawer } from './store-drawer.js';
import { takeOut } from './take-out.js';
import { turnDrawer } from './turn-drawer.js';

/**
 * `ctx.session` as Telegraf 4.16 has it, for lanes: the session is read once, shared with no other turn, and staged
 * when all handlers behind it are done, so that the lane's commit writes session and acknowledgement together. When
 * a handler throws nothing is staged. Assigning undefined or null clears it; an event without a session key
 * has an undefined session. Several sessions of one turn, each with a property and a key of its own, are staged
 * together or not at all.
 *
 * A stored session that cannot be read (no JSON, a migration that throws, not of its schema) is put aside, under its
 * key, `~aside-` and the time, for 30 days; the turn goes on with the default. One of a newer version fails the turn: as
 * long as a worker of the newer code is alive the event waits for it, and is charged no attempt. With none alive it is put
 * aside on the event's last attempt.
 *
 * The default session, and the state that a scene is entered with, are copied for each turn. What JSON cannot hold is
 * refused, with its path: NaN, a Date that no schema reads back, a Set, an instance of a class, undefined in an array.
 *
 * @throws RangeError for an option that is wrong, a migration that is missing; at once, not in a turn
 * @throws SessionInvalidError at once for a default session that JSON cannot hold, if it takes no context
 * @throws SessionTooLargeError, SessionInvalidError in a turn, before anything is staged
 * @throws SessionNewerError in a turn, before its handlers
 */
export function session<
  C extends TurnContext & { [key in P]?: C[P] },
  P extends (Exclude<keyof C, keyof TurnContext> & string) | 'session' = 'session',
>(options: SessionOptions<NonNullable<C[P]>, C, P> = {}): MiddlewareFn<C> {
  type S = NonNullable<C[P]>;
  const { store, ttlSeconds } = options;
  const rules = readOptions(options);
  const { property } = rules;
  const format = sessionFormat<S>(rules);
  const defineHeld = sessionProperty<S>(property);
  const defaultFor = defaultsOf<S, C>(options.defaultSession, format);

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
    await inCabinet(turn, async (cabinet) => {
      cabinet.claim(store ?? turn.sessions, key, property);
      turn.sessionVersions?.declare(property, rules.version);
      const drawer = store
        ? storeDrawer(store, turn, key, ttlSeconds)
        : turnDrawer(turn, key, ttlSeconds);
      const found = takeOut(await drawer.load(), format, turn, rules);
      const taken = found instanceof Promise ? await found : found;
      const { aside, migrated } = taken;

      const held = { value: taken.value ?? defaultFor(ctx), touched: false };
      defineHeld(ctx, held);
      if (property === 'session') copySceneStates(ctx);
      await next();
      if (!held.touched && !migrated && !aside) return;
      const written =
        held.value === undefined ? undefined : format.seal(held.value, taken.json, turn);
      await cabinet.putBackLater(drawer, async () => {
        if (aside) await drawer.setAside(aside);
        await drawer.save(written);
        if (aside) turn.count?.('session-set-aside');
        else if (migrated) turn.count?.('session-migrated');
      });
    });
  };
}
