import { privateLane, type ForwardedEvent } from '@chatlane/contracts';
import type { MiddlewareFn } from 'telegraf';
import { applyAddress } from '../files/apply-address.js';
import type { TurnContext } from '../turn/turn.js';

/**
 * Has answers to polls handled in the private chat of the user who voted. Telegram sends them without a chat, so they come
 * in the lane of their poll, which has neither the user's session nor their scene, and which orders all voters of the poll
 * behind each other. This hands each on to the lane of the user's own chat once its turn has committed, and exactly
 * once. There the handlers behind it run with `ctx.session` and the scene of that chat, and `ctx.reply` writes to it.
 *
 * Handlers in front of it run twice: in the poll's lane, which shows who voted first, and in the chat's. Answers that
 * were given anonymously as a chat name no user: they stay in the poll's lane. Two answers of one user to one poll keep
 * their order, except when Redis failed in between.
 *
 * @throws Error when the turn has no outbox
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
      throw new Error('ctx.turn.outbox: answers to polls are handed on by a worker that has one.');
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
