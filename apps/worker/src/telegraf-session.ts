import { createRequire } from 'node:module';
import { setImmediate as macrotask } from 'node:timers/promises';
import { requireJson } from '@chatlane/contracts';
import type { TurnContext } from '@chatlane/middleware';
import type { Context, MiddlewareFn } from 'telegraf';
import type { SessionStore } from 'telegraf/session';

interface Options {
  property?: string;
  getSessionKey?: (ctx: Context) => string | undefined | Promise<string | undefined>;
  store?: SessionStore<object>;
  defaultSession?: (ctx: Context) => object;
}

interface Library {
  session: ((options?: Options) => MiddlewareFn<Context>) & { storesInLanes?: true };
}

/**
 * Patches `session()` of the copy of Telegraf that `from` imports, so that sessions are stored in Redis with the lane's
 * commit. Telegraf would store them in the memory of one process, which cannot work with several workers. The bot's
 * default, property and key still apply; keys are scoped to the lane. A `session()` with a store stays Telegraf's own.
 * Call this before anything imports that copy, because importers see the exports as they are at that moment.
 */
export function storeTelegrafSessionsInLanes(from: string | URL): void {
  const library = telegrafOf(from);
  if (library === undefined || library.session.storesInLanes) return;
  const { session: inMemory } = library;
  library.session = Object.assign(
    (options: Options = {}) => (options.store ? inMemory(options) : inLanes(options)),
    { storesInLanes: true as const },
  );
}

function telegrafOf(from: string | URL): Library | undefined {
  try {
    return createRequire(from)('telegraf/session') as Library;
  } catch {
    // There is no Telegraf, or one before 4.11. Loading the bot reports what is wrong.
    return undefined;
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
    await session(ctx as TurnContext, async () => {
      await next();
      // Telegraf's in-memory session also keeps writes of promises that were not awaited.
      await macrotask();
      await (ctx as TurnContext).turn.settled?.();
    });
  };
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
