import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@chatlane/testing';
import { message, openTurns } from '../guards/chat.testkit.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';
import { chatAction } from './chat-action.js';

const flood = Object.assign(new Error('Too Many Requests'), {
  nextAction: 'retry-after',
  retryAfterMs: 137_000,
});

/** Runs a handler behind the middleware. */
function busy(handler: () => Promise<unknown>, answer: unknown = true) {
  const turns = openTurns();
  turns.telegram.answers.set('sendChatAction', answer);
  const run = (update: object, turn: Partial<TurnInfo> = {}) =>
    chatAction<TurnContext>('upload_photo')(
      turns.context(update, turn),
      async () => void (await handler()),
    );
  return { ...turns, calls: turns.telegram.calls, run };
}

describe('chatAction', () => {
  it('shows the action repeatedly while the handler runs', async () => {
    const bot = busy(() => until(() => bot.calls.length === 2));
    await bot.run(message());
    expect(bot.calls).toEqual(
      Array(2).fill({
        method: 'sendChatAction',
        payload: { chat_id: 42, action: 'upload_photo' },
      }),
    );
    await pause(20);
    expect(bot.calls).toHaveLength(2);
  });

  it('makes no call for a fast handler or without a chat', async () => {
    const bot = busy(() => Promise.resolve());
    await bot.run(message());
    await bot.run({ poll: { id: '1', question: '?', options: [] } });
    await pause(600);
    expect(bot.calls).toEqual([]);
  });

  it.each([
    ['a penalty', flood],
    ['a refusal', Object.assign(new Error('Forbidden'), { nextAction: 'never' })],
  ])(
    'neither fails nor delays the handler after %s, and makes no further calls',
    async (_what, error) => {
      const bot = busy(() => pause(5_500), error);
      await bot.run(message());
      expect(bot.calls).toHaveLength(1);
      expect(bot.counted).toEqual(['progress-failed']);
    },
  );

  it('stops with the turn even if the handler continues', async () => {
    const over = new AbortController();
    const bot = busy(async () => {
      over.abort();
      await pause(600);
    });
    await bot.run(message(), { signal: over.signal });
    expect(bot.calls).toEqual([]);
  });

  it('does not wait for a call under way', async () => {
    const bot = busy(() => until(() => bot.calls.length === 1), new Promise(() => undefined));
    await bot.run(message());
    expect(bot.calls).toHaveLength(1);
  });
});
