import type { BotContext } from '@chatlane/bot';
import type { DownloadRequest } from '@chatlane/contracts';
import { fileReady, files } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { openBotLanes } from './bot-lanes.testkit.js';

const ann = { id: 42, is_bot: false, first_name: 'Ann', username: 'ann' };
const mira = { id: 50, is_bot: false, first_name: 'Mira' };
const customer = { id: 42, type: 'private', first_name: 'Ann', username: 'ann' };
const supergroup = { id: -1_000, type: 'supergroup', title: 'Crew' };
const channelMail = { id: -2_000, type: 'supergroup', title: 'News', is_direct_messages: true };

const message = (content: object): object => ({
  message_id: 5,
  date: 1,
  from: ann,
  text: 'hi',
  ...content,
});
const press = (content: object): object => ({
  callback_query: {
    id: 'press',
    from: ann,
    chat_instance: '1',
    data: 'x',
    message: message({ from: { id: 1, is_bot: true, first_name: 'Lane' }, ...content }),
  },
});
const inBusiness = { chat: customer, business_connection_id: 'conn' };
const inTopic = { chat: supergroup, message_thread_id: 7, is_topic_message: true };
const inMail = { chat: channelMail, direct_messages_topic: { topic_id: 42, user: ann } };
const ephemeral = { chat: supergroup, message_id: 0, ephemeral_message_id: 9 };
const guest = { chat: supergroup, guest_query_id: 'query' };

/**
 * The simulator has no business chats, guest messages, ephemeral messages or channel direct
 * messages, so every call gets this result.
 */
const acceptAll = () => ({ result: { message_id: 1, date: 1, chat: customer } });

/** Runs a handler on an update, and returns the calls that were sent. */
async function callsOf(update: object, handler: (ctx: BotContext) => unknown) {
  const bot = new Composer<BotContext>();
  bot.use(async (ctx) => void (await handler(ctx)));
  await using lanes = await openBotLanes(bot, { script: acceptAll });
  await lanes.push({ update_id: 1, ...update });
  await lanes.run();
  const calls = lanes.telegram.calls().map(({ method, params }) => ({ method, ...params }));
  return { calls, turns: lanes.turns, errors: lanes.errors.map(String) };
}

const sentTo = (chat: { id: number }, more: object = {}) => ({
  method: 'sendMessage',
  chat_id: chat.id,
  text: 'hello',
  ...more,
});
const business = { business_connection_id: 'conn' };

describe('ctx.reply', () => {
  it.each([
    ['a business message', { business_message: message(inBusiness) }, sentTo(customer, business)],
    [
      'an edited business message',
      { edited_business_message: message(inBusiness) },
      sentTo(customer, business),
    ],
    [
      'deleted business messages',
      { deleted_business_messages: { ...inBusiness, message_ids: [5] } },
      sentTo(customer, business),
    ],
    ['a button on a business message', press(inBusiness), sentTo(customer, business)],
    [
      'a business connection, to its owner',
      { business_connection: { id: 'conn', user: mira, user_chat_id: 50, date: 1 } },
      sentTo(mira),
    ],
    [
      "a channel's direct message",
      { message: message(inMail) },
      sentTo(channelMail, { direct_messages_topic_id: 42 }),
    ],
    [
      "an edit of a channel's direct message",
      { edited_message: message(inMail) },
      sentTo(channelMail, { direct_messages_topic_id: 42 }),
    ],
    [
      "a button on a channel's direct message",
      press(inMail),
      sentTo(channelMail, { direct_messages_topic_id: 42 }),
    ],
    [
      'a topic of a forum',
      { message: message(inTopic) },
      sentTo(supergroup, { message_thread_id: 7 }),
    ],
    [
      'a button in a topic of a forum',
      press(inTopic),
      sentTo(supergroup, { message_thread_id: 7 }),
    ],
    [
      'an ephemeral command',
      { message: message(ephemeral) },
      sentTo(supergroup, { ephemeral_message_parameters: { receiver_user_id: 42 } }),
    ],
    [
      'a stopped draft in a topic of a private chat',
      { stopped_message_generation: { chat: customer, message_thread_id: 7, draft_id: 1 } },
      sentTo(customer, { message_thread_id: 7 }),
    ],
    ['a boost', { chat_boost: { chat: supergroup, boost: { source: {} } } }, sentTo(supergroup)],
    ['a subscription', { subscription: { user: ann } }, sentTo(ann)],
    ['paid media', { purchased_paid_media: { from: ann, paid_media_payload: 'x' } }, sentTo(ann)],
    ['an unknown kind with a chat', { gift: { chat: supergroup, from: ann } }, sentTo(supergroup)],
    ['an unknown kind with a user', { gift: { user: ann } }, sentTo(ann)],
  ])('goes to where the update came from: %s', async (_, update, call) => {
    const { calls, turns, errors } = await callsOf(update, (ctx) => ctx.reply('hello'));
    expect({ calls, turns, errors }).toEqual({ calls: [call], turns: ['1 done'], errors: [] });
  });

  it('uses the single answer that a guest message may get', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'More', callback_data: 'm' }]] };
    const { calls } = await callsOf({ guest_message: message(guest) }, (ctx) =>
      ctx.reply('<b>hello</b>', { parse_mode: 'HTML', reply_markup: keyboard }),
    );
    expect(calls).toEqual([
      {
        method: 'answerGuestQuery',
        guest_query_id: 'query',
        result: {
          type: 'article',
          id: 'answer',
          title: 'answer',
          input_message_content: { message_text: '<b>hello</b>', parse_mode: 'HTML' },
          reply_markup: keyboard,
        },
      },
    ]);
  });

  it('has no chat to go to for an inline query or a poll answer', async () => {
    const inline = { inline_query: { id: '1', from: ann, query: '', offset: '' } };
    for (const update of [inline, { poll_answer: { poll_id: '1', user: ann, option_ids: [0] } }]) {
      const { calls } = await callsOf(update, (ctx) => expect(ctx.chat).toBeUndefined());
      expect(calls).toEqual([]);
    }
  });
});

describe('a turn in a business chat', () => {
  const update = { business_message: message({ ...inBusiness, text: 'Is it there?' }) };

  it('has a chat, a sender and a text, just as an ordinary message does', async () => {
    const seen: unknown[] = [];
    await callsOf(update, ({ chat, from, msgId, text }) => seen.push(chat, from, msgId, text));
    expect(seen).toEqual([customer, ann, 5, 'Is it there?']);
  });

  it('edits, deletes and pins in that chat', async () => {
    const { calls } = await callsOf(press(inBusiness), async (ctx) => {
      await ctx.editMessageText('new');
      await ctx.deleteMessage();
      await ctx.deleteMessages([5, 6]);
      await ctx.pinChatMessage(5);
      await ctx.sendChatAction('typing');
    });
    expect(calls).toMatchObject([
      { method: 'editMessageText', chat_id: 42, message_id: 5, ...business },
      { method: 'deleteBusinessMessages', message_ids: [5], ...business },
      { method: 'deleteBusinessMessages', message_ids: [5, 6], ...business },
      { method: 'pinChatMessage', chat_id: 42, message_id: 5, ...business },
      { method: 'sendChatAction', chat_id: 42, action: 'typing', ...business },
    ]);
  });

  it("reaches other chats, and the bot's own chat with the customer when the connection is undefined", async () => {
    const { calls } = await callsOf(update, async (ctx) => {
      await ctx.telegram.sendMessage(77, 'hello');
      await ctx.telegram.sendMessage(42, 'hello', { business_connection_id: undefined } as object);
      await ctx.telegram.sendMessage(42, 'hello');
      await ctx.telegram.getChat(42);
    });
    expect(calls).toEqual([
      sentTo({ id: 77 }),
      sentTo(customer),
      sentTo(customer, business),
      { method: 'getChat', chat_id: 42 },
    ]);
  });

  it.each([
    ['react', (ctx: BotContext) => ctx.react('👍'), 'setMessageReaction'],
    ['forwardMessage', (ctx: BotContext) => ctx.forwardMessage(77), 'forwardMessage'],
  ])('rejects %s, which would act on another chat', async (_, act, method) => {
    const { calls, errors, turns } = await callsOf(update, act);
    expect(calls).toEqual([]);
    expect(errors).toEqual([expect.stringContaining(`${method} does not reach a business chat`)]);
    expect(turns).toEqual(['1 buried']);
  });
});

describe("a turn about a channel's direct message", () => {
  it('forwards it to other chats unchanged, and copies it into its own topic', async () => {
    const { calls } = await callsOf({ message: message(inMail) }, async (ctx) => {
      await ctx.forwardMessage(77);
      await ctx.copyMessage(channelMail.id);
    });
    const from = { from_chat_id: channelMail.id, message_id: 5 };
    expect(calls).toEqual([
      { method: 'forwardMessage', chat_id: 77, ...from },
      { method: 'copyMessage', chat_id: channelMail.id, direct_messages_topic_id: 42, ...from },
    ]);
  });
});

describe('a turn about an ephemeral message', () => {
  it('edits and deletes it, and sends nothing that everyone would see', async () => {
    const { calls } = await callsOf(press(ephemeral), async (ctx) => {
      await ctx.reply('hello');
      await ctx.editMessageText('new');
      await ctx.deleteMessage();
      await expect(ctx.replyWithPoll('?', ['a', 'b'])).rejects.toThrow(
        'sendPoll does not reach one user of a chat alone',
      );
    });
    const one = { chat_id: supergroup.id, receiver_user_id: 42, ephemeral_message_id: 9 };
    const parameters = { receiver_user_id: 42, callback_query_id: 'press' };
    expect(calls).toEqual([
      sentTo(supergroup, { ephemeral_message_parameters: parameters }),
      { method: 'editEphemeralMessageText', ...one, text: 'new' },
      { method: 'deleteEphemeralMessage', ...one },
    ]);
  });
});

describe('a file that is ready', () => {
  const document = { file_id: 'f', file_unique_id: 'u', file_name: 'a.pdf' };

  it.each([
    [
      'in a business chat',
      { business_message: message({ ...inBusiness, document }) },
      sentTo(customer, business),
    ],
    [
      "in a channel's direct messages",
      { message: message({ ...inMail, document }) },
      sentTo(channelMail, { direct_messages_topic_id: 42 }),
    ],
    [
      'in a topic',
      { message: message({ ...inTopic, document }) },
      sentTo(supergroup, { message_thread_id: 7 }),
    ],
    [
      'in an ephemeral message',
      { message: message({ ...ephemeral, document }) },
      sentTo(supergroup, { ephemeral_message_parameters: { receiver_user_id: 42 } }),
    ],
    [
      'in a guest message',
      { guest_message: message({ ...guest, document }) },
      { method: 'answerGuestQuery', guest_query_id: 'query' },
    ],
  ])('is announced where it was requested: %s', async (_, update, call) => {
    const bot = new Composer<BotContext>(files());
    bot.on(fileReady, (ctx) => ctx.reply('hello'));
    bot.use((ctx) => void ctx.files.request());
    await using lanes = await openBotLanes(bot, { script: acceptAll });
    await lanes.push({ update_id: 1, ...update });
    await lanes.run();
    const { address } = JSON.parse(lanes.outbox[0]!) as DownloadRequest;
    const payload = { request: '1.1', address, files: [], failures: [] };
    const event = { type: 'internal', id: '1.1', kind: 'file_ready', payload } as const;
    await lanes.intake.pushInternal(event, address.lane, address.sessionUser);
    await lanes.run();
    expect(lanes.turns).toEqual(['1 done', 'e-1.1 done']);
    const calls = lanes.telegram.calls().map(({ method, params }) => ({ method, ...params }));
    expect(calls).toEqual([expect.objectContaining(call)]);
  });
});
