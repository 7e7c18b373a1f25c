import { privateLane, type ForwardedEvent } from '@chatlane/contracts';
import type { MiddlewareFn } from 'telegraf';
import { applyAddress } from '../files/apply-address.js';
import type { TurnContext } from '../turn/turn.js';

/**
 * Handles poll answers in the private chat of the user who voted. Telegram sends them without a chat, so they arrive in
 * the lane of their poll, which has neither the user's session nor their scene, and handles all voters of the poll one
 * after another. This middleware forwards each answer exactly once, when its turn commits, to the lane of the user's
 * private chat. There the handlers behind it run with the `ctx.session` and scene of that chat, and `ctx.reply` writes
 * to it.
 *
 * Handlers in front of it run twice: in the poll's lane, where the order shows who voted first, and in the chat's lane.
 * Anonymous answers given as a chat have no user, and stay in the poll's lane. Two answers of one user to one poll keep
 * their order, unless Redis failed in between.
 *
 * @throws Error in a turn without an outbox
 * @example
 * bot.use(pollAnswersInPrivate(), session());
 * bot.on('poll_answer', (ctx) => ctx.reply(`You chose ${ctx.pollAnswer.option_ids.join()}.`));
 */
export function pollAnswersInPrivate<C extends TurnContext>(): MiddlewareFn<C> {
  return function pollAnswers(ctx, next) {
    const { pollAnswer, turn } = ctx;
    const user = pollAnswer?.user;
    if (user === undefined) return next();
    const lane = privateLane(user.id);
    if (turn.lane === lane) {
      applyAddress(ctx, { lane, chat: { id: user.id, type: 'private' }, from: user });
      return next();
    }
    if (turn.outbox === undefined) {
      throw new Error(
        'ctx.turn.outbox is missing: poll answers can only be forwarded in the turns of a worker with an outbox.',
      );
    }
    const event: ForwardedEvent = {
      lane,
      sessionUser: String(user.id),
      kind: 'poll_answer',
      payload: pollAnswer,
    };
    turn.outbox.stage('event', JSON.stringify(event));
    return Promise.resolve();
  };
}
