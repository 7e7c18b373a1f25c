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
  it('gives up when retrying cannot help', () => {
    expect(classifyError(new NeverRetryError({ ...failure, errorCode: 400 }))).toEqual({
      next: 'never',
    });
  });

  it('waits as long as Telegram says, without counting an attempt', () => {
    expect(classifyError(new RetryAfterError(flood))).toEqual({ next: 'wait', forMs: 7_000 });
  });

  it('does not let a flood wait of another chat block this chat', () => {
    const error = Object.assign(new RetryAfterError(flood), { ofOwnChat: false });
    expect(classifyError(error)).toEqual({ next: 'retry' });
  });

  it.each([
    ['a server error', new RetryError({ ...failure, errorCode: 500, maybeSent: true })],
    ['a missing connection', new RetryError({ ...failure, maybeSent: false })],
    ['an outage', new TelegramAwayError({ method: 'sendMessage' })],
    ['a rejected token', new RetryAfterError({ ...flood, errorCode: 401 })],
    ['an unavailable Redis', new Error('Connection is closed.')],
    ['a Redis that is loading', new Error('LOADING Redis is loading the dataset in memory')],
    [
      'an error with one of these as its cause',
      new Error('the order was not placed', {
        cause: new Error('no answer', { cause: new TelegramAwayError({ method: 'sendMessage' }) }),
      }),
    ],
  ])('puts the event off after %s, without counting an attempt', (_, error) => {
    expect(classifyError(error)).toEqual({ next: 'put-off' });
  });

  it.each([
    ['a call that came too late', new TurnOverError({ method: 'sendMessage' })],
    ['an error in the bot', new TypeError('x is not a function')],
    ['a wait without a duration', Object.assign(new Error(), { nextAction: 'retry-after' })],
    ['a thrown string', 'thrown'],
    ['undefined', undefined],
  ])('retries after %s', (_, error) => {
    expect(classifyError(error)).toEqual({ next: 'retry' });
  });

  it('does not loop on an error that is its own cause', () => {
    const error = new Error('odd');
    error.cause = error;
    expect(classifyError(error)).toEqual({ next: 'retry' });
  });
});
