import { createRequire } from 'node:module';
import { kindsOnRequest } from '@chatlane/contracts';

interface Library {
  Composer: { on: (filters: unknown, ...handlers: unknown[]) => unknown };
}

/**
 * Records for which of the update kinds that Telegram sends only on request a bot registers handlers. It patches
 * `Composer.on` of the copy of Telegraf that `from` imports, because `bot.on`, `bot.reaction` and scenes all call it.
 * Handlers of `bot.use` cannot be inspected.
 *
 * @param into receives the kinds as handlers are registered
 */
export function recordSubscribedKinds(from: string | URL, into: Set<string>): void {
  const composer = composerOf(from);
  if (composer === undefined) return;
  const { on } = composer;
  composer.on = (filters, ...handlers) => {
    const names = Array.isArray(filters) ? (filters as unknown[]) : [filters];
    for (const kind of kindsOnRequest) if (names.includes(kind)) into.add(kind);
    return on(filters, ...handlers);
  };
}

function composerOf(from: string | URL): Library['Composer'] | undefined {
  try {
    return (createRequire(from)('telegraf') as Library).Composer;
  } catch {
    // A module that cannot import Telegraf is not a bot; loading it reports that.
    return undefined;
  }
}
