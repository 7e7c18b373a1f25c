import { kindsOnRequest } from '@chatlane/contracts';

interface ComposerClass {
  on: (filters: unknown, ...handlers: unknown[]) => unknown;
}

/**
 * Telegram sends some update kinds only on request: records which of them a bot registers handlers for. It patches
 * `Composer.on`, because `bot.on`, `bot.reaction` and scenes all call it. Handlers of `bot.use` cannot be inspected.
 *
 * @param into receives the kinds as handlers are registered
 */
export function recordSubscribedKinds(composer: ComposerClass, into: Set<string>): void {
  const { on } = composer;
  composer.on = (filters, ...handlers) => {
    const names = Array.isArray(filters) ? (filters as unknown[]) : [filters];
    for (const kind of kindsOnRequest) if (names.includes(kind)) into.add(kind);
    return on(filters, ...handlers);
  };
}
