import { Composer } from 'telegraf';
import { openChat, textsOf } from './error-boundary.testkit.js';
import type { BotContext } from './context.js';
import { apologies, UserFacingError } from './error-boundary.js';
import { i18n } from './i18n.js';

const soon = "Sorry, something went wrong. I'll try again in a moment.";

/** A chat with a bot that has only the error boundary and one handler. */
function chatWith(handler: (ctx: BotContext) => unknown) {
  const bot = new Composer<BotContext>();
  bot.use(i18n.middleware());
  bot.use(apologies);
  bot.use(async (ctx) => {
    await handler(ctx);
  });
  return openChat(bot);
}

function throwing(fields: object = {}) {
  return chatWith(() => {
    throw Object.assign(new Error('broken'), fields);
  });
}

describe('errorBoundary', () => {
  it('apologises on the first attempt and rethrows the error', async () => {
    await using chat = await throwing();
    await expect(chat.say('hi')).rejects.toThrow('broken');
    expect(textsOf(chat.calls)).toEqual([soon]);
  });

  it("apologises in the language of the user's app, as the session was not loaded", async () => {
    await using chat = await throwing();
    const from = { id: 42, is_bot: false, first_name: 'Ann', language_code: 'de-AT' };
    await expect(chat.say('hi', { from })).rejects.toThrow('broken');
    expect(textsOf(chat.calls)).toEqual([expect.stringContaining('Tut mir leid')]);
  });

  it('uses the text of a UserFacingError', async () => {
    await using chat = await chatWith(() => {
      throw new UserFacingError('no gateway', 'error.codeNotSent');
    });
    await expect(chat.say('hi')).rejects.toThrow('no gateway');
    expect(textsOf(chat.calls)).toEqual([expect.stringContaining("couldn't send the code")]);
  });

  it('does not apologise again on later attempts', async () => {
    await using chat = await throwing();
    await expect(chat.say('hi', {}, { attempt: 1 })).rejects.toThrow('broken');
    await expect(chat.say('hi', {}, { attempt: 2 })).rejects.toThrow('broken');
    expect(textsOf(chat.calls)).toEqual([soon]);
  });

  it('apologises on the button when one was pressed', async () => {
    await using chat = await throwing();
    await expect(chat.press('x')).rejects.toThrow('broken');
    expect(chat.calls).toMatchObject([
      { method: 'answerCallbackQuery', body: { text: soon, show_alert: true } },
    ]);
  });

  it.each(['query is too old and response timeout expired', 'QUERY_ID_INVALID'])(
    'apologises in a message when the press cannot be answered: %s',
    async (description) => {
      await using chat = await throwing();
      const fate = fateOf(false);
      chat.refuse('answerCallbackQuery', 400, `Bad Request: ${description}`);
      await expect(chat.press('x', { fate })).rejects.toThrow('broken');
      expect(chat.calls.map(({ method }) => method)).toEqual([
        ...['answerCallbackQuery', 'sendMessage'],
      ]);
      expect(fate.isUserNotified).toBe(true);
    },
  );

  it('sends no message if it is unknown whether the press was answered', async () => {
    await using chat = await throwing();
    chat.refuse('answerCallbackQuery', 500, 'Internal Server Error');
    await expect(chat.press('x')).rejects.toThrow('broken');
    expect(chat.calls.map(({ method }) => method)).toEqual(['answerCallbackQuery']);
  });

  it('does not promise a retry when there will be none', async () => {
    await using chat = await throwing({ nextAction: 'never', errorCode: 400, description: 'bad' });
    await expect(chat.say('hi')).rejects.toThrow('broken');
    expect(textsOf(chat.calls)).toEqual(["Sorry, something went wrong, and I couldn't do that."]);
  });

  it('does not apologise for an update without a sender', async () => {
    await using chat = await throwing();
    await expect(chat.turn({ poll: { id: 'p' } })).rejects.toThrow('broken');
    expect(chat.calls).toEqual([]);
  });

  it.each(['retry', 'retry-after'])(
    'does not apologise when the client asks for `%s`',
    async (next) => {
      await using chat = await throwing({ nextAction: next, method: 'sendMessage' });
      await expect(chat.say('hi')).rejects.toThrow('broken');
      expect(chat.calls).toEqual([]);
    },
  );

  it('does not apologise for a turn that is over', async () => {
    await using chat = await throwing();
    const signal = AbortSignal.abort();
    await expect(chat.say('hi', {}, { signal })).rejects.toThrow('broken');
    expect(chat.calls).toEqual([]);
  });

  it.each([
    [403, 'Forbidden: bot was blocked by the user'],
    [403, 'Forbidden: bot was kicked from the group chat'],
    [400, 'Bad Request: not enough rights to send text messages to the chat'],
    [400, 'Bad Request: have no rights to send a message'],
    [400, 'Bad Request: CHAT_WRITE_FORBIDDEN'],
    [400, 'Bad Request: chat not found'],
    [400, 'Bad Request: TOPIC_CLOSED'],
  ])('ends the turn without an error after %i %s', async (code, description) => {
    await using chat = await chatWith((ctx) => ctx.reply('hi'));
    chat.refuse('sendMessage', code, description);
    await chat.say('hi');
    expect(chat.calls).toHaveLength(1);
  });

  it('apologises and rethrows when a call to another chat is refused', async () => {
    await using chat = await chatWith((ctx) => ctx.telegram.sendMessage(121, 'news'));
    chat.refuse('sendMessage', 403, 'Forbidden: bot was blocked by the user', 121);
    const failed = chat.say('hi');
    await expect(failed).rejects.toMatchObject({ on: { payload: { chat_id: 121 } } });
    expect(textsOf(chat.calls)).toEqual([
      'news',
      "Sorry, something went wrong, and I couldn't do that.",
    ]);
  });

  it('apologises and rethrows when a call of the handler was invalid', async () => {
    const url = 'https://example.org/none.jpg';
    await using chat = await chatWith((ctx) => ctx.replyWithPhoto(url));
    chat.refuse('sendPhoto', 400, 'Bad Request: failed to get HTTP URL content');
    await expect(chat.say('hi')).rejects.toMatchObject({ nextAction: 'never' });
    expect(textsOf(chat.calls)).toEqual(["Sorry, something went wrong, and I couldn't do that."]);
  });

  /** `ctx.turn.fate`. */
  function fateOf(isGivenUp: boolean, isUserNotified = false) {
    const fate = {
      isGivenUpAfter: () => isGivenUp,
      isUserNotified,
      userNotified: () => void (fate.isUserNotified = true),
    };
    return fate;
  }

  it('apologises for a network failure when the event is given up because of it', async () => {
    await using chat = await throwing({ nextAction: 'retry', method: 'sendMessage' });
    const fate = fateOf(false);
    await expect(chat.say('hi', {}, { attempt: 4, fate })).rejects.toThrow('broken');
    expect(chat.calls).toEqual([]);
    const last = fateOf(true);
    await expect(chat.say('hi', {}, { attempt: 5, fate: last })).rejects.toThrow('broken');
    expect(textsOf(chat.calls)).toEqual(["Sorry, something went wrong, and I couldn't do that."]);
    expect(last.isUserNotified).toBe(true);
  });

  it('apologises once for an event, on the first attempt whose apology is delivered', async () => {
    await using chat = await throwing();
    const fate = fateOf(false);
    chat.refuse('sendMessage', 500, 'Internal Server Error');
    await expect(chat.say('hi', {}, { attempt: 1, fate })).rejects.toThrow('broken');
    expect(fate.isUserNotified).toBe(false);
    chat.accept('sendMessage');
    const before = chat.calls.length;
    await expect(chat.say('hi', {}, { attempt: 2, fate })).rejects.toThrow('broken');
    await expect(chat.say('hi', {}, { attempt: 3, fate })).rejects.toThrow('broken');
    await expect(chat.say('hi', {}, { attempt: 4, fate: fateOf(true, true) })).rejects.toThrow(
      'broken',
    );
    expect(textsOf(chat.calls.slice(before))).toEqual([soon]);
  });

  it('rethrows the original error when the apology fails, too', async () => {
    await using chat = await throwing();
    chat.refuse('sendMessage', 500, 'Internal Server Error');
    await expect(chat.say('hi')).rejects.toThrow('broken');
  });
});
