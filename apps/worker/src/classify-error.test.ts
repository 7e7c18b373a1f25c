import {
  NeverRetryError,
  RetryAfterError,
  RetryError,
  TelegramAwayError,
  TurnOverError,
} from '@chatlane/telegram';
import { classifyError } from './classify-error.js';

const failure = { method: 'sendMessage', description: 'no' };
const flood = { ...failure, errorCode: 429, retryAfterMs: 7_000 };

describe('classifyError', () => {
  it('gives up what cannot be helped', () => {
    expect(classifyError(new NeverRetryError({ ...failure, errorCode: 400 }))).toEqual({
      next: 'never',
    });
  });

  it('waits as long as Telegram says, at nobody’s expense', () => {
    expect(classifyError(new RetryAfterError(flood))).toEqual({ next: 'wait', forMs: 7_000 });
  });

  it('does not let the flood of another chat hold up the chat in hand', () => {
    const error = Object.assign(new RetryAfterError(flood), { ofOwnChat: false });
    expect(classifyError(error)).toEqual({ next: 'retry' });
  });

  it.each([
    ['an error of the server', new RetryError({ ...failure, errorCode: 500, maybeSent: true })],
    ['no connection', new RetryError({ ...failure, maybeSent: false })],
    ['an outage', new TelegramAwayError({ method: 'sendMessage' })],
    ['a refused token', new RetryAfterError({ ...flood, errorCode: 401 })],
    ['a Redis that is away', new Error('Connection is closed.')],
    ['a Redis that is loading', new Error('LOADING Redis is loading the dataset in memory')],
    [
      'one of these that was wrapped',
      new Error('the order was not placed', {
        cause: new Error('no answer', { cause: new TelegramAwayError({ method: 'sendMessage' }) }),
      }),
    ],
  ])('puts the event off after %s, at nobody’s expense', (_, error) => {
    expect(classifyError(error)).toEqual({ next: 'put-off' });
  });

  it.each([
    ['a call that came too late', new TurnOverError({ method: 'sendMessage' })],
    ['an error of the bot', new TypeError('x is not a function')],
    ['a wait without its length', Object.assign(new Error(), { nextAction: 'retry-after' })],
    ['a text', 'thrown'],
    ['nothing', undefined],
  ])('tries again after %s', (_, error) => {
    expect(classifyError(error)).toEqual({ next: 'retry' });
  });

  it('ends with an error that is its own cause', () => {
    const error = new Error('odd');
    error.cause = error;
    expect(classifyError(error)).toEqual({ next: 'retry' });
  });
});
