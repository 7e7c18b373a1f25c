import { Markup } from 'telegraf';
import { bea, group, message, openTurns, press } from '../guards/chat.testkit.js';
import type { TurnContext } from '../turn/turn.js';
import { ask } from './ask.js';
import { replyInGroups } from './reply-in-groups.js';

const inGroup = (content: object = {}) =>
  message({ message_id: 7, chat: group, from: bea, text: '/start', ...content });

describe('replyInGroups', () => {
  const reply_parameters = { message_id: 7, allow_sending_without_reply: true };
  let ctx: TurnContext;
  const telegramOf = (update: object) => {
    const turns = openTurns();
    ctx = turns.context(update);
    void replyInGroups()(ctx, () => Promise.resolve());
    return turns.telegram.calls;
  };

  it("makes an answer a reply to the person's message", async () => {
    const calls = telegramOf(inGroup());
    await ctx.reply('Hello.');
    await ctx.replyWithPhoto('photo');
    expect(calls).toMatchObject([
      { method: 'sendMessage', payload: { reply_parameters } },
      { method: 'sendPhoto', payload: { reply_parameters } },
    ]);
  });

  it('shows keyboards to that person only, and does not change inline buttons', async () => {
    const calls = telegramOf(inGroup());
    await ctx.reply('Choose', Markup.keyboard(['A']));
    await ctx.reply('Chosen', Markup.removeKeyboard());
    await ctx.reply('Press', Markup.inlineKeyboard([Markup.button.callback('A', 'a')]));
    const selective = calls.map(({ payload }) => payload['reply_markup'] as object);
    expect(selective).toEqual([
      expect.objectContaining({ selective: true }),
      expect.objectContaining({ selective: true }),
      expect.not.objectContaining({ selective: true }),
    ]);
  });

  it('does not change parameters that a call sets itself, or calls for other chats', async () => {
    const calls = telegramOf(inGroup());
    await ctx.reply('Look up there', { reply_parameters: { message_id: 3 } });
    await ctx.reply('For all', { reply_markup: { remove_keyboard: true, selective: false } });
    await ctx.telegram.sendMessage(99, 'Elsewhere');
    expect(calls[0]?.payload).toMatchObject({ reply_parameters: { message_id: 3 } });
    expect(calls[1]?.payload).toMatchObject({ reply_markup: { selective: false } });
    expect(calls[2]?.payload).not.toHaveProperty('reply_parameters');
  });

  it.each([
    ['a private chat', message()],
    ['a press of a button', press('x', { message: { message_id: 9, date: 1, chat: group } })],
  ])('changes nothing in %s', async (_, update) => {
    const calls = telegramOf(update);
    await ctx.reply('Hello.');
    expect(calls[0]?.payload).not.toHaveProperty('reply_parameters');
  });
});

describe('ask', () => {
  const payloadOfAsk = async (update: object, ...extra: [object?]) => {
    const { telegram, context } = openTurns();
    await ask(context(update), 'Your name?', ...extra);
    return telegram.calls[0]?.payload;
  };

  it('sends a plain message in a private chat', async () => {
    expect(await payloadOfAsk(message())).toEqual({
      chat_id: 42,
      text: 'Your name?',
      entities: undefined,
    });
  });

  it('names the person in a group, replies to them, and forces a reply for them only', async () => {
    expect(await payloadOfAsk(inGroup())).toMatchObject({
      text: 'Bea: Your name?',
      entities: [{ type: 'text_mention', offset: 0, length: 3, user: { id: bea.id } }],
      reply_parameters: { message_id: 7 },
      reply_markup: { force_reply: true, selective: true },
    });
  });

  it('shows a keyboard to that person only', async () => {
    expect(await payloadOfAsk(inGroup(), Markup.keyboard(['A']))).toMatchObject({
      reply_markup: { keyboard: [['A']], selective: true },
    });
  });

  it('names the chat that a message was sent as, without a mention', async () => {
    const payload = await payloadOfAsk(
      inGroup({ sender_chat: { id: -9, type: 'channel', title: 'News' } }),
    );
    expect(payload).toMatchObject({ text: 'News: Your name?' });
    expect(payload?.['entities'] ?? []).toEqual([]);
  });
});
