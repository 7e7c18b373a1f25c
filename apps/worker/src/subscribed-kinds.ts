import { createRequire } from 'node:module';
import { kindsOnRequest } from '@chatlane/contracts';

interface Library {
  Composer: { on: (filters: unknown, ...handlers: unknown[]) => unknown };
}

/**
 * Writes down which of the kinds that Telegram sends only on request are listened to by code that uses the copy of
 * Telegraf which `from` imports: `bot.on`, `bot.reaction` and scenes all come to `Composer.on`. What a handler of
 * `bot.use` looks for cannot be known.
 *
 * @param into the kinds found, from now on
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
    // Without Telegraf in its reach the module is not a bot: whoever loads it says so.
    return undefined;
  }
}
