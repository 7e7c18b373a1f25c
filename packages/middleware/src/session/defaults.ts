import type { TurnContext } from '../turn/turn.js';
import type { SessionFormat } from './format.js';

/**
 * Makes a default session for each turn: a copy, as `defaultSession` may return the same object each time. A function
 * without parameters is also called here, so that a default which cannot be stored stops the start of the bot.
 *
 * @throws SessionInvalidError
 */
export function defaultsOf<S, C extends TurnContext>(
  defaultSession: ((ctx: C) => S) | undefined,
  format: Pick<SessionFormat<S>, 'copyDefault'>,
): (ctx: C) => S | undefined {
  if (defaultSession === undefined) return () => undefined;
  if (defaultSession.length === 0) {
    const first = attempt(defaultSession as () => S);
    if (first !== undefined) format.copyDefault(first);
  }
  return (ctx) => format.copyDefault(defaultSession(ctx), ctx.turn);
}

/** Undefined when it throws: it may need what is only there once the bot runs. */
function attempt<S>(make: () => S): S | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
