import { NeverRetryError, RetryAfterError, RetryError, TurnOverError } from '@chatlane/telegram';
import { judge } from './judge.js';

const failure = { method: 'sendMessage', description: 'no' };

it('gives up what cannot be helped', () => {
  expect(judge(new NeverRetryError({ ...failure, errorCode: 400 }))).toEqual({ next: 'never' });
});

it("waits as long as Telegram says, at nobody's expense", () => {
  const error = new RetryAfterError({ ...failure, errorCode: 429, retryAfterMs: 7_000 });
  expect(judge(error)).toEqual({ next: 'wait', forMs: 7_000 });
});

it.each([
  ['a broken road', new RetryError({ ...failure, maybeSent: true })],
  ['a call that came too late', new TurnOverError({ method: 'sendMessage' })],
  ['an error of the bot', new TypeError('x is not a function')],
  ['a wait without its length', Object.assign(new Error(), { nextAction: 'retry-after' })],
  ['a text', 'thrown'],
  ['nothing', undefined],
])('tries again after %s', (_, error) => {
  expect(judge(error)).toEqual({ next: 'retry' });
});
