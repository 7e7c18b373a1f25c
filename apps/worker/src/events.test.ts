import type { BotContext } from '@chatlane/bot';
import { cancellationForChat, eventForChat, type ForwardedEvent } from '@chatlane/contracts';
import { event, session } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { z } from 'zod';
import { openBotLanes, type BotLanes } from './bot-lanes.testkit.js';

const ann = { id: 7, is_bot: false, first_name: 'Ann' };
const bob = { id: 8, is_bot: false, first_name: 'Bob' };
const chat = { id: 7, type: 'private', first_name: 'Ann' };
const group = { id: -100, type: 'group', title: 'Team' };

const textUpdate = (updateId: number, text: string, more: object = {}) => ({
  update_id: updateId,
  message: { message_id: updateId, date: 1, chat, from: ann, text, ...more },
});

const reminder = event('reminder', z.object({ text: z.string() }));

type Count = BotContext & { session: { count?: number } };

/** Each message runs `onMessage`; each reminder is answered with its text, its user and the session's count. */
function botOf(onMessage: (ctx: Count, text: string) => unknown): Composer<BotContext> {
  const bot = new Composer<Count>();
  bot.use(session({ defaultSession: () => ({}) }));
  bot.on('message', (ctx) => {
    ctx.session.count = (ctx.session.count ?? 0) + 1;
    return onMessage(ctx, ctx.text ?? '') as Promise<void>;
  });
  bot.on(reminder, async (ctx) => {
    const { count } = (ctx as unknown as Count).session;
    await ctx.reply(`${ctx.update.event.data.text} ${ctx.from?.first_name} ${count}`);
  });
  return bot;
}

async function pushEvent(lanes: BotLanes, id: string, forwarded: ForwardedEvent): Promise<void> {
  const { lane, sessionUser, ...rest } = forwarded;
  await lanes.intake.pushInternal({ type: 'internal', id, ...rest }, lane, sessionUser);
}

const waiting = async ({ later }: BotLanes): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const { payload } of later.entries()) found.push((payload as { data: unknown }).data);
  return found;
};

describe('ctx.later', () => {
  it('sends an event back to the chat, with its session, its user and its place', async () => {
    const bot = botOf((ctx, text) => ctx.later(100, reminder, { text }));
    await using lanes = await openBotLanes(bot);
    const topic = { chat: { ...group, id: -1e12 - 5, type: 'supergroup', is_forum: true } };
    await lanes.push(textUpdate(1, 'tea'));
    await lanes.push(
      textUpdate(2, 'talk', { ...topic, from: bob, message_thread_id: 9, is_topic_message: true }),
    );
    await lanes.run(() => lanes.telegram.texts().length === 2);
    const sent = lanes.telegram.calls().map(({ params }) => params);
    expect(sent).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ chat_id: 7, text: 'tea Ann 1' }),
        expect.objectContaining({ chat_id: -1e12 - 5, text: 'talk Bob 1', message_thread_id: 9 }),
      ]),
    );
  });

  it('schedules nothing while the turn fails, and one event when a later attempt succeeds', async () => {
    let attempts = 0;
    const bot = botOf(async (ctx, text) => {
      await ctx.later(100, reminder, { text });
      attempts += 1;
      if (text === 'never' || attempts === 1) throw new Error('fails');
    });
    await using lanes = await openBotLanes(bot);
    await lanes.push(textUpdate(1, 'once'));
    await lanes.run(() => lanes.telegram.texts().length > 0);
    await lanes.push(textUpdate(2, 'never'));
    await lanes.run();
    expect(lanes.turns.slice(-3)).toEqual(['2 failed', '2 failed', '2 buried']);
    expect(await lanes.later.count()).toBe(0);
    expect(lanes.telegram.texts()).toEqual(['once Ann 1']);
  });

  it('replaces the event that waits under the same key in the same session', async () => {
    const bot = botOf((ctx, text) => ctx.later(60_000, reminder, { text }, { key: 'tea' }));
    await using lanes = await openBotLanes(bot);
    for (const [index, text] of ['first', 'second', 'third'].entries()) {
      await lanes.push(textUpdate(index + 1, text));
    }
    await lanes.push(textUpdate(4, 'of Bob', { chat: group, from: bob }));
    await lanes.push(textUpdate(5, 'of Ann', { chat: group }));
    await lanes.run(() => lanes.turns.length === 5);
    expect((await waiting(lanes)).length).toBe(3);
    expect(await waiting(lanes)).toEqual(
      expect.arrayContaining([{ text: 'third' }, { text: 'of Bob' }, { text: 'of Ann' }]),
    );
  });

  it('runs no handler for an event that was replaced or cancelled while it was in the lane', async () => {
    const results: unknown[] = [];
    const bot = botOf(async (ctx, text) => {
      if (text === 'cancel') return void results.push(await ctx.cancelLater('tea'));
      await ctx.later(0, reminder, { text }, { key: 'tea' });
      // The event is due at once, but the next message is in front of it.
    });
    await using lanes = await openBotLanes(bot);
    await lanes.push(textUpdate(1, 'first'));
    await lanes.push(textUpdate(2, 'second'));
    await lanes.push(textUpdate(3, 'cancel'));
    await lanes.push(textUpdate(4, 'cancel'));
    await lanes.run(() => lanes.turns.length >= 4);
    expect(results).toEqual([true, false]);
    expect(lanes.telegram.texts()).toEqual([]);
    expect(await lanes.redis.keys('*~later-*')).toEqual([]);
  });

  it('may be called again by the handler of its event, with the same key', async () => {
    const bot = new Composer<BotContext>();
    bot.on('message', (ctx) => ctx.later(0, 'tick', 3, { key: 'clock' }).then(() => undefined));
    bot.on(event<number>('tick'), async (ctx) => {
      const { data, key } = ctx.update.event;
      await ctx.reply(`${key} ${data}`);
      if (data > 1) await ctx.later(0, 'tick', data - 1, { key: 'clock' });
    });
    await using lanes = await openBotLanes(bot);
    await lanes.push(textUpdate(1, 'go'));
    await lanes.run(() => lanes.telegram.texts().length === 3);
    expect(lanes.telegram.texts()).toEqual(['clock 3', 'clock 2', 'clock 1']);
    expect(await lanes.redis.keys('*~later-*')).toEqual([]);
  });

  it('sends an event that becomes a dead letter when it fails for good, and can be replayed', async () => {
    let isFixed = false;
    const bot = new Composer<BotContext>();
    bot.on('message', (ctx) => ctx.later(0, 'due', 1).then(() => undefined));
    bot.on(event('due'), async (ctx) => {
      if (!isFixed) throw new Error('broken');
      await ctx.reply('works');
    });
    await using lanes = await openBotLanes(bot);
    await lanes.push(textUpdate(1, 'go'));
    await lanes.run(() => lanes.turns.some((turn) => turn.endsWith('buried')));
    expect(await lanes.deadLetters()).toBe(1);
    isFixed = true;
    await lanes.replay();
    await lanes.run(() => lanes.telegram.texts().length > 0);
    expect(lanes.telegram.texts()).toEqual(['works']);
    expect(await lanes.redis.keys('*~later-*')).toEqual([]);
  });

  it('refuses what cannot be sent, and says what would be right', async () => {
    const messages: string[] = [];
    const note = async (promise: Promise<unknown>) =>
      promise.catch((error: Error) => void messages.push(error.message));
    const bot = new Composer<BotContext>();
    bot.use(async (ctx) => {
      await note(ctx.later(-1, 'x', 1));
      await note(ctx.later(new Date('2100-01-01'), 'x', 1));
      await note(ctx.later(1, 'with space', 1));
      await note(ctx.later(1, 'x', { due: new Date() }));
      await note(ctx.later(1, 'x', 'x'.repeat(65_536)));
      await note(ctx.later(1, 'x', 1, { key: '' }));
      messages.push(ctx.chat ? 'chat' : 'no chat');
    });
    await using lanes = await openBotLanes(bot);
    await lanes.push(textUpdate(1, 'go'));
    await lanes.push({ update_id: 2, poll: { id: 'p', question: '?', options: [] } });
    await lanes.run(() => messages.length >= 13);
    const chatless =
      'ctx.later: this update has no chat. Name one: ctx.inLane(chatId, name, data, { at }).';
    expect(messages.filter((each) => each === chatless)).toHaveLength(6);
    expect(messages.filter((each) => each !== chatless).sort()).toEqual([
      'The at of an event must be a date, or a number of milliseconds from now, at least 0.',
      'The at of an event must be a time at most ten years ahead, in milliseconds since 1970.',
      'The data of an event must be at most 65536 bytes of JSON.',
      'The data of an event: data.due is a Date, which JSON cannot hold: store its time, getTime() or toISOString()',
      'The key of an event must be a text of 1 to 256 characters.',
      'The name of an event must be 1 to 64 letters, digits, _, ., : and -.',
      'chat',
      'no chat',
    ]);
    expect(await lanes.later.count()).toBe(0);
  });
});

describe('ctx.inLane', () => {
  it('sends an event to another chat when its turn commits', async () => {
    const bot = botOf((ctx, text) => {
      ctx.inLane(8, reminder, { text });
      if (text === 'fails') throw new Error('fails');
    });
    await using lanes = await openBotLanes(bot);
    lanes.telegram.adopt(textUpdate(0, '', { chat: { ...chat, id: 8 }, from: bob }));
    await lanes.push(textUpdate(1, 'fails'));
    await lanes.push(textUpdate(2, 'works'));
    await lanes.run(() => lanes.telegram.texts().length > 0);
    const sent = lanes.telegram.calls().map(({ params }) => [params.chat_id, params.text]);
    expect(sent).toEqual([[8, 'works  undefined']]);
  });
});

describe('an event from another process', () => {
  it('has the session of the user that it names', async () => {
    await using lanes = await openBotLanes(botOf(() => undefined));
    await lanes.push(textUpdate(1, 'one', { chat: group }));
    await pushEvent(lanes, 'a', eventForChat(-100, 'reminder', { text: 'for Ann' }, { userId: 7 }));
    await pushEvent(lanes, 'b', eventForChat(-100, 'reminder', { text: 'for all' }));
    await lanes.run();
    expect(lanes.telegram.texts()).toEqual(['for Ann  1', 'for all undefined undefined']);
  });

  it('is answered in the supergroup that its group has become', async () => {
    await using lanes = await openBotLanes(botOf(() => undefined));
    const id = -1_000_000_000_100;
    lanes.telegram.adopt(textUpdate(0, '', { chat: { ...group, id, type: 'supergroup' } }));
    const sent = eventForChat(-100, 'reminder', { text: 'hello' }, { userId: 7 });
    await pushEvent(lanes, 'a', { ...sent, lane: `c:${id}` });
    await lanes.run();
    expect(lanes.telegram.calls()).toMatchObject([
      { params: { chat_id: id, text: 'hello  undefined' } },
    ]);
  });

  it('waits until it is due, and can be replaced and cancelled', async () => {
    await using lanes = await openBotLanes(botOf(() => undefined));
    lanes.telegram.adopt(textUpdate(0, ''));
    const at = Date.now() + 60_000;
    const send = (id: string, text: string, when: number, key?: string) =>
      pushEvent(
        lanes,
        id,
        eventForChat(7, 'reminder', { text }, { at: when, ...(key && { key }) }),
      );
    await send('a', 'replaced', at, 'k');
    await send('b', 'cancelled', at, 'k');
    await send('c', 'kept', at);
    await pushEvent(lanes, 'd', cancellationForChat(7, 'k'));
    await send('e', 'now', Date.now() - 1_000);
    await lanes.run(() => lanes.telegram.texts().length > 0);
    expect(lanes.telegram.texts()).toEqual(['now  undefined']);
    expect(await waiting(lanes)).toEqual([{ text: 'kept' }]);
  });

  it('becomes a dead letter when its data does not fit the schema, which the error does not quote', async () => {
    await using lanes = await openBotLanes(botOf(() => undefined));
    await pushEvent(lanes, 'a', eventForChat(7, 'reminder', { text: ['secret'] }));
    await lanes.run();
    expect(lanes.turns).toEqual(['e-a buried']);
    expect(String(lanes.errors[0])).toBe(
      'NeverRetryError: The event reminder has data that its schema rejects: data.text (invalid_type).',
    );
  });
});
