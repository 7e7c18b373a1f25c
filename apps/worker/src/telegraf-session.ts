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
 * Has the `session()` of the copy of Telegraf that `from` imports keep its sessions in the lane's commit, where it would
 * keep them in the memory of one process: it is a bot's only word for "somewhere", and with several workers the memory is
 * nowhere. Default, property and key stay the bot's; the key counts within its lane. A `session()` that is given a store
 * stays Telegraf's own. Call it before that copy is imported for the first time: importers get the exports of that moment.
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
    // No Telegraf within its reach, or one before 4.11: whoever loads the bot finds out what it is.
    return undefined;
  }
}

function inLanes({ property = 'session', getSessionKey, defaultSession }: Options) {
  if (defaultSession?.length === 0) checkDefault(defaultSession as () => object, property);
  let made: Promise<MiddlewareFn<TurnContext>> | undefined;

  /** Not imported above: it imports Telegraf. */
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
      // Telegraf's session in memory also takes what a promise writes that nobody awaited.
      await macrotask();
      await (ctx as TurnContext).turn.settled?.();
    });
  };
}

/** The middleware does this when it is built, which here is with the first update. */
function checkDefault(defaultSession: () => object, property: string): void {
  let first: unknown;
  try {
    first = defaultSession();
  } catch {
    // It may need what is only there once the bot runs.
    return;
  }
  requireJson(`session() of Telegraf, defaultSession: ctx.${property}`, first);
}

/** Two sessions of one bot, with other properties or keys, have other keys here too. */
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
