import type { MiddlewareFn } from 'telegraf';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { onCommand } from './on-command.js';

/** What `/reset` says, and what it clears besides the session. */
export interface ResetOptions<C> {
  /** Said when all is cleared. */
  done: Answer<C>;
  /** The keys of further sessions of the lane, as the `getSessionKey` of their `session()` gives them. */
  keys?: (ctx: C) => readonly string[];
  /** Clears what is kept elsewhere: in a store of one's own, in a database. */
  also?: (ctx: C) => unknown;
  /** Without the slash. Default `reset`. */
  command?: string;
}

/**
 * `/reset`, for users who are stuck: deletes the session with the scene in it, unread, so that it helps where the session
 * cannot be parsed or migrated, and where a scene's handlers throw. No leave handler runs. Stands in front of `session()`.
 *
 * @example
 * bot.use(reset({ done: 'All is forgotten. Send /start to begin anew.' }));
 * bot.use(session());
 */
export function reset<C extends TurnContext>(options: ResetOptions<NoInfer<C>>): MiddlewareFn<C> {
  const { done, keys, also, command = 'reset' } = options;
  return onCommand<C>(command, async (ctx) => {
    const { sessionKey, sessions } = ctx.turn;
    const own = sessionKey === undefined ? [] : [sessionKey];
    for (const key of [...own, ...(keys?.(ctx) ?? [])]) sessions.stage(key, undefined);
    await also?.(ctx);
    await answer(ctx, done);
  });
}
