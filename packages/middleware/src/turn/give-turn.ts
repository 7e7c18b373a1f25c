import type { Context } from 'telegraf';
import { createSendEvents } from '../events/create-send-events.js';
import { createEffect } from './effect.js';
import type { TurnContext, TurnInfo } from './turn.js';

/**
 * Gives a context its turn, and what every context of a worker has: `ctx.effect`, `ctx.later` and the others.
 *
 * @param botId part of the idempotency keys of effects, so that two bots can use the same external system
 */
export function giveTurn<C extends Context>(
  ctx: C,
  turn: TurnInfo,
  botId: number,
): C & TurnContext {
  const given = Object.assign(ctx, { turn, effect: createEffect(turn, botId) });
  return Object.assign(given, createSendEvents(given));
}
