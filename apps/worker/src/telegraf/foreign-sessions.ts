import { isPrepared } from './session.js';

/** What `session()` of Telegraf 4.12 and newer logs when debugged. Bundlers keep such texts. */
const logged = 'did not find cached session';
/** `ctx.session = await store.get(key)`, as in 4.11. */
const loads = /\.session\s*=\s*await\s+[\w$]+\.get\(/;
const stores = /await\s+[\w$]+\.delete\(.*await\s+[\w$]+\.set\([\w$]+,\s*[\w$]+\.session\)/s;

/** Finds sessions that are stored in the memory of this process, because their `session()` was not prepared. */
export interface ForeignSessions {
  /** Whether a middleware of such a `session()` has been registered. */
  readonly isUsed: boolean;
  /** Patches the `Composer` of a copy of Telegraf. */
  patch(composer: ComposerClass): void;
}

interface ComposerClass {
  compose: (middlewares: readonly unknown[]) => unknown;
}

/**
 * When a `session()` is bundled into the bot, for example by a library, only the source code of its middleware
 * distinguishes it from other middleware.
 */
export function createForeignSessions(): ForeignSessions {
  const checked = new WeakSet<object>();
  let isUsed = false;

  function check(middleware: unknown): void {
    if (typeof middleware !== 'function' || isPrepared(middleware) || checked.has(middleware))
      return;
    checked.add(middleware);
    const source = String(middleware);
    if (source.includes(logged) || (loads.test(source) && stores.test(source))) isUsed = true;
  }

  return {
    get isUsed() {
      return isUsed;
    },
    patch(composer) {
      const { compose } = composer;
      composer.compose = (middlewares) => {
        if (Array.isArray(middlewares)) middlewares.forEach(check);
        return compose(middlewares);
      };
    },
  };
}
