import { TelegramError } from 'telegraf';
import { failureOf, flood, startClient, token, type Reply } from './bot-api.testkit.js';
import { CallError, NeverRetryError, RetryAfterError, RetryError, TurnOverError } from './index.js';

async function failureAfter(reply: Reply) {
  await using test = await startClient(() => reply, { maxFloodWaitMs: 0, attempts: 1 });
  const text = 'what the user wrote';
  const extra = { reply_markup: { inline_keyboard: [[{ text, url: 'https://secret.example' }]] } };
  return await failureOf(test.telegram.editMessageText(42, 7, undefined, text, extra));
}

describe('an error that Telegram responded with', () => {
  it("is a TelegramError with the same fields as Telegraf's", async () => {
    const error = await failureAfter({ error: 403, description: 'Forbidden: bot was blocked' });
    expect(error).toBeInstanceOf(TelegramError);
    expect(error).toBeInstanceOf(Error);
    const { code, description, response, on, parameters } = error as TelegramError;
    expect({ code, description, parameters }).toEqual({
      code: 403,
      description: 'Forbidden: bot was blocked',
      parameters: undefined,
    });
    expect(response).toEqual({ error_code: 403, description: 'Forbidden: bot was blocked' });
    expect(on).toEqual({ method: 'editMessageText', payload: { chat_id: 42, message_id: 7 } });
  });

  it("contains Telegram's parameters", async () => {
    const error = (await failureAfter(flood(7))) as TelegramError;
    expect(error.parameters).toEqual({ retry_after: 7 });
    expect(error.response.parameters).toEqual({ retry_after: 7 });
  });

  it.each<[number, typeof CallError]>([
    [400, NeverRetryError],
    [429, RetryAfterError],
    [502, RetryError],
  ])('is also an instance of our own class after %i', async (error, type) => {
    const failure = await failureAfter({ error });
    expect(failure).toBeInstanceOf(type);
    expect(failure).toBeInstanceOf(CallError);
    expect(failure).toBeInstanceOf(TelegramError);
    for (const other of [NeverRetryError, RetryAfterError, RetryError, TurnOverError]) {
      expect(failure instanceof other).toBe((other as unknown) === type);
    }
    expect(failure.constructor).toBe(type);
    expect(String(failure)).toContain(type.name);
  });

  it('contains neither the token nor user text', async () => {
    const error = await failureAfter({ error: 400, description: `bot${token}/x "what the user"` });
    const { message, stack } = error;
    const shown = JSON.stringify([message, stack, error]);
    for (const secret of ['AAsecret', 'user wrote', 'the user', 'secret.example']) {
      expect(shown).not.toContain(secret);
    }
  });
});

describe('an error without a response', () => {
  it.each<Reply>(['reset', { text: '<html>', status: 403 }])(
    'is not a TelegramError (%j)',
    async (reply) => {
      const error = await failureAfter(reply);
      expect(error).toBeInstanceOf(RetryError);
      expect(error).toBeInstanceOf(CallError);
      expect(error).not.toBeInstanceOf(TelegramError);
      // A handler that asks for the code of any error must not fail itself.
      expect(error).toHaveProperty('response.error_code', undefined);
    },
  );
});

describe('CallError', () => {
  it('does not recognize other values as instances', () => {
    for (const value of [undefined, null, 'text', new Error('x'), new TelegramError({} as never)]) {
      expect(value instanceof CallError).toBe(false);
    }
  });
});
