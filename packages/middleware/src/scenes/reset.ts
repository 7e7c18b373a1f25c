import type { MiddlewareFn } from 'telegraf';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { onCommand } from './on-command.js';

/** The answer of `/reset`, and what it clears besides the session. */
export interface ResetOptions<C> {
  /** The answer when everything was cleared. */
  done: Answer<C>;
  /** Returns the keys of further sessions in the lane, those of `getSessionKey`. Default: none. */
  keys?: (ctx: C) => readonly string[];
  /** Clears what is stored elsewhere, for example in another session store. */
  also?: (ctx: C) => unknown;
  /** The command without its slash. Default `reset`. */
  command?: string;
}

/**
 * `/reset` for users who are stuck: deletes the session, including the scene, without reading it. So it works even if
 * the session cannot be parsed or migrated, or the scene's handlers throw. No leave handler runs. Use it in front of
 * `session()`.
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
