import type { TurnInfo } from './turn.js';

/**
 * What a failure asks for: `retry` the event, `retry-after` a stated wait, `never` (trying again cannot help),
 * or nothing because the turn is `over` (cancelled by its user, past its deadline, lease lost, shutting down).
 */
export type NextAction = 'retry' | 'retry-after' | 'never' | 'over';

/**
 * Reads what a failure asks for. An error says so itself in a field `nextAction` (those of `@chatlane/telegram`
 * do); any other thrown value asks for a `retry`. Whatever is thrown after the turn's signal fired is `over`.
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
