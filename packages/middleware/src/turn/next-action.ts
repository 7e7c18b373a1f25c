import type { TurnInfo } from './turn.js';

/**
 * What has to happen after a failure. `retry`: the event is retried. `retry-after`: the event is retried after the wait
 * that the error states. `never`: the event is given up, because retrying cannot help. `over`: nothing, because the
 * turn is over (cancelled, past its deadline, lease lost, shutting down).
 */
export type NextAction = 'retry' | 'retry-after' | 'never' | 'over';

/**
 * Decides what has to happen after a failure. An error may state it in a field `nextAction`, as those of
 * `@chatlane/telegram` do. Any other thrown value means `retry`, and anything thrown after the turn's signal fired
 * means `over`.
 *
 * @example
 * bot.use(async (ctx, next) => {
 *   try { await next(); }
 *   catch (error) { if (nextActionAfter(error, ctx.turn) !== 'over') await apologise(ctx); throw error; }
 * });
 */
export function nextActionAfter(error: unknown, turn: Pick<TurnInfo, 'signal'>): NextAction {
  if (turn.signal.aborted) return 'over';
  const stated = error instanceof Error && 'nextAction' in error ? error.nextAction : undefined;
  return stated === 'retry-after' || stated === 'never' || stated === 'over' ? stated : 'retry';
}
