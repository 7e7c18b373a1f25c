import type { MiddlewareFn } from 'telegraf';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { onCommand } from './on-command.js';
import type { InStage } from './scene-context.js';

/** What `/cancel` says, and what else it stops. */
export interface CancelOptions<C> {
  /** Said when something was stopped. */
  cancelled: Answer<C>;
  /** Said when there was nothing to stop. */
  nothing: Answer<C>;
  /** Stops what the bot keeps outside of scenes; true: there was something. */
  also?: (ctx: C) => boolean | Promise<boolean>;
  /** Without the slash. Default `cancel`. Keep it equal to the ingress' CANCEL_COMMANDS. */
  command?: string;
}

/**
 * `/cancel` in every scene and wizard: leaves it, so that its leave handler runs, and answers once. A turn of the same user
 * that was running has been stopped by then: its `ctx.turn.signal` has fired, and what it staged is dropped.
 * Stands in the Stage, in front of the scenes' own handlers. A leave handler that throws fails the turn: then `reset` helps.
 *
 * @example
 * const stage = new Scenes.Stage<BotContext>([register]);
 * stage.use(cancel({ cancelled: 'Cancelled.', nothing: 'There is nothing to cancel.' }));
 */
export function cancel<C extends TurnContext & InStage>(
  options: CancelOptions<NoInfer<C>>,
): MiddlewareFn<C> {
  const { cancelled, nothing, also, command = 'cancel' } = options;
  return onCommand<C>(command, async (ctx) => {
    // A scene that a deploy removed is none, to Telegraf; its name is kept all the same.
    const wasInScene = ctx.scene.session.current !== undefined;
    await ctx.scene.leave();
    ctx.scene.reset();
    const stopped = await also?.(ctx);
    await answer(ctx, wasInScene || stopped ? cancelled : nothing);
  });
}
