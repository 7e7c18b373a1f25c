import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as macrotask } from 'node:timers/promises';
import { requireJson } from '@chatlane/contracts';
import type { TurnContext, TurnInfo } from '@chatlane/middleware';
import type { Context, MiddlewareFn } from 'telegraf';
import type { SessionStore } from 'telegraf/session';
import type { Notice } from './inert-methods.js';
import { handlersOf } from './running-handlers.js';

interface Options {
  property?: string;
  getSessionKey?: (ctx: Context) => string | undefined | Promise<string | undefined>;
  store?: SessionStore<object>;
  defaultSession?: (ctx: Context) => object;
}

/** The module of a copy of Telegraf that exports `session()`. */
export interface SessionLibrary {
  session: (options?: Options) => MiddlewareFn<Context>;
  MemorySessionStore?: new () => object;
}

/** The stores that bots have passed to `session()`. */
const own = new WeakSet<object>();

/**
 * Patches `session()` of a copy of Telegraf, so that sessions are stored in Redis with the lane's commit. Telegraf would
 * store them in the memory of one process, which cannot work with several workers. The bot's default, property and key
 * still apply; keys are scoped to the lane. A `session()` with a store stays Telegraf's own.
 */
export function patchSession(library: SessionLibrary, notice: Notice): void {
  const { session: withStore, MemorySessionStore } = library;
  library.session = (options = {}) => {
    const { store } = options;
    if (store === undefined) return inLanes(options);
    own.add(store);
    const isMemory = MemorySessionStore !== undefined && store instanceof MemorySessionStore;
    if (isMemory || answersAtOnce(store)) {
      notice(
        'store',
        'the store passed to session() seems to be in the memory of this process: with several workers a user has ' +
          'several sessions, and a restart loses them. Remove the store, so that sessions are stored in Redis.',
      );
    }
    const middleware = withStore(options);
    prepared.add(middleware);
    return middleware;
  };
}

/** The middleware that Telegraf's own `session()` has returned for sessions with a store. */
const prepared = new WeakSet<object>();

/** Whether the middleware of Telegraf's own `session()` was created with a store that `patchSession` has seen. */
export function isPrepared(middleware: object): boolean {
  return prepared.has(middleware);
}

/** The turns whose handlers are running, for stores of a `session()` that was called before `patchSession`. */
const turns = new AsyncLocalStorage<{ info: TurnInfo; stores: object[] }>();

/** Whether a copy needs `turns`, whose use makes every promise of the process slower on Node 20. */
let needsTurns = false;

/** Runs a turn's handlers, so that `storeInLanes` knows the turn. */
export function duringSessionsOf(info: TurnInfo, run: () => Promise<void>): Promise<void> {
  return needsTurns ? turns.run({ info, stores: [] }, run) : run();
}

/**
 * Makes a `session()` that was called before `patchSession` store in the lanes. Unlike `patchSession` it does not know
 * the property, so several sessions of a bot are told apart by the order in which a turn uses them.
 */
export function storeInLanes({ MemorySessionStore }: SessionLibrary): void {
  if (!MemorySessionStore) return;
  needsTurns = true;
  const prototype = MemorySessionStore.prototype as SessionStore<object>;
  const { get, set, delete: remove } = prototype;

  /** The turn's sessions and the key in them; undefined for a store that the bot has created itself. */
  function placeOf(store: object, name: string) {
    const turn = turns.getStore();
    if (!turn || own.has(store)) return undefined;
    if (!turn.stores.includes(store)) turn.stores.push(store);
    const { lane, sessionKey, sessions } = turn.info;
    const index = turn.stores.indexOf(store);
    const isDefault = /^-?\d+:-?\d+$/.test(name) && sessionKey !== undefined;
    const key = `${isDefault ? sessionKey : `${lane}:${name}`}${index === 0 ? '' : `:${index}`}`;
    return { sessions, key };
  }

  prototype.get = async function getInLane(name) {
    const place = placeOf(this, name);
    if (!place) return get.call(this, name);
    const json = await place.sessions.get(place.key);
    return json === undefined ? undefined : (JSON.parse(json) as object);
  };
  prototype.set = function setInLane(name, value) {
    const place = placeOf(this, name);
    return place
      ? place.sessions.stage(place.key, JSON.stringify(value))
      : set.call(this, name, value);
  };
  prototype.delete = function deleteInLane(name) {
    const place = placeOf(this, name);
    return place ? place.sessions.stage(place.key, undefined) : remove.call(this, name);
  };
}

/** A store outside of the process can only return a promise. */
function answersAtOnce(store: SessionStore<object>): boolean {
  try {
    const found: unknown = store.get('chatlane:probe');
    if (!(found instanceof Object && 'then' in found)) return true;
    void Promise.resolve(found).catch(() => undefined);
    return false;
  } catch {
    return false;
  }
}

function inLanes({ property = 'session', getSessionKey, defaultSession }: Options) {
  if (defaultSession?.length === 0) checkDefault(defaultSession as () => object, property);
  let made: Promise<MiddlewareFn<TurnContext>> | undefined;

  /** Imported lazily, because the middleware imports Telegraf. */
  async function make(): Promise<MiddlewareFn<TurnContext>> {
    const { session } = await import('@chatlane/middleware');
    return session<TurnContext & Record<string, object>, string>({
      property,
      ...(defaultSession && { defaultSession }),
      getSessionKey: (ctx) => keyOf(ctx, property, getSessionKey),
    }) as MiddlewareFn<TurnContext>;
  }

  return async function sessionInLanes(ctx: Context, next: () => Promise<void>): Promise<void> {
    made ??= make();
    const session = await made;
    const handlers = handlersOf(ctx);
    const last = handlers?.last ?? 0;
    await session(ctx as TurnContext, async () => {
      await next().catch((error: unknown) => {
        if ((ctx as unknown as Record<string, unknown>)[property] == null)
          addRemedy(error, property);
        throw error;
      });
      // Telegraf's in-memory session also keeps writes of promises that were not awaited.
      await macrotask();
      await (handlers ? handlers.settledAfter(last) : (ctx as TurnContext).turn.settled?.());
    });
  };
}

/** The log shows the remedy with the error. */
function addRemedy(error: unknown, property: string): void {
  const ofMissingSession = /^Cannot (?:set|read) properties of (?:undefined|null)/;
  if (!(error instanceof TypeError) || !ofMissingSession.test(error.message)) return;
  const name = `ctx.${property}`;
  Object.assign(error, {
    remedy: `${name} is undefined until it is set. Pass session({ defaultSession: () => ({}) }), or write ${name} ??= {} first.`,
  });
}

/** The middleware checks this too, but it is not created before the first update. */
function checkDefault(defaultSession: () => object, property: string): void {
  let first: unknown;
  try {
    first = defaultSession();
  } catch {
    // It may depend on something that exists only once the bot runs.
    return;
  }
  requireJson(`session() of Telegraf, defaultSession: ctx.${property}`, first);
}

/** The storage key, distinct for each property and each key of the bot. */
async function keyOf(
  ctx: TurnContext,
  property: string,
  getSessionKey: Options['getSessionKey'],
): Promise<string | undefined> {
  const { lane, sessionKey } = ctx.turn;
  const suffix = property === 'session' ? '' : `:${property}`;
  if (getSessionKey === undefined) return sessionKey && sessionKey + suffix;
  const key = await getSessionKey(ctx);
  return key ? `${lane}:${key}${suffix}` : undefined;
}
