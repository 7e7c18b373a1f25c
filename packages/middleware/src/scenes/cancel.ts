import type { MiddlewareFn } from 'telegraf';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { onCommand } from './on-command.js';
import type { InStage } from './scene-context.js';

/** The answers of `/cancel`, and what else it cancels. */
export interface CancelOptions<C> {
  /** The answer when something was cancelled. */
  cancelled: Answer<C>;
  /** The answer when there was nothing to cancel. */
  nothing: Answer<C>;
  /** Cancels what the bot keeps outside of scenes. Return true if there was something. */
  also?: (ctx: C) => boolean | Promise<boolean>;
  /** The command without its slash. Default `cancel`. Must be in the ingress' CANCEL_COMMANDS. */
  command?: string;
}

/**
 * `/cancel` for every scene and wizard: leaves the scene, so that its leave handler runs, and answers once. By then a
 * running turn of the same user has been stopped: its `ctx.turn.signal` has fired, and what it staged is dropped. Use
 * it in the Stage, where it runs before the scenes' own handlers. If a leave handler throws, the turn fails; the user
 * can then use `reset`.
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
    // Telegraf reports no scene when a deploy has removed it, but its name is still stored.
    const wasInScene = ctx.scene.session.current !== undefined;
    await ctx.scene.leave();
    ctx.scene.reset();
    const cancelledMore = await also?.(ctx);
    await answer(ctx, wasInScene || cancelledMore ? cancelled : nothing);
  });
}
