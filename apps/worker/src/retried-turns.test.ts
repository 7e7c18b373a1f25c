import { lanePrefix } from '@chatlane/lanes';
import type { BotContext } from '@chatlane/bot';
import { errorBoundary, session } from '@chatlane/middleware';
import type { ScriptedAnswer } from '@chatlane/simulator';
import { Composer } from 'telegraf';
import { openBotLanes, type BotLanes } from './bot-lanes.testkit.js';

const from = { id: 7, is_bot: false, first_name: 'Ann' };
const chat = { id: 7, type: 'private', first_name: 'Ann' };
const textUpdate = (updateId: number) => ({
  update_id: updateId,
  message: { message_id: updateId, date: 1, chat, from, text: 'go' },
});

type Handler = (ctx: BotContext) => Promise<unknown>;

function botOf(handler: Handler): Composer<BotContext> {
  const bot = new Composer<BotContext>();
  bot.use(errorBoundary({ text: () => 'sorry' }));
  bot.use(session({ defaultSession: () => ({}) }));
  // The handler is wrapped, because inferring the filter from its type would take the compiler 15 s.
  bot.on('message', (ctx) => handler(ctx));
  return bot;
}

/** How Telegram answers the nth call with this text, counted from 1. Undefined: it carries out the call. */
type Fate = (text: string, nth: number) => ScriptedAnswer | undefined;

/** Handles one message. The chat already contains message 5, which the bot has sent. */
async function handle(
  handler: Handler,
  fate: Fate,
  options: { maxFloodWaitMs?: number } = {},
): Promise<BotLanes> {
  const texts: string[] = [];
  const lanes = await openBotLanes(botOf(handler), {
    ...options,
    script({ params }) {
      const text = params.text as string;
      texts.push(text);
      return fate(text, texts.filter((each) => each === text).length);
    },
  });
  const { bot } = lanes.telegram.world;
  lanes.telegram.adopt({ message: { message_id: 5, date: 1, chat, from: bot, text: 'old' } });
  await lanes.push(textUpdate(1));
  await lanes.run();
  return lanes;
}

const numbers = Array.from({ length: 10 }, (_, index) => `text ${index}`);

describe('a handler that is run again', () => {
  it('does not resend what it sent before it had to wait for Telegram', async () => {
    const flood = { error: 429, parameters: { retry_after: 1 } };
    await using lanes = await handle(
      async (ctx) => {
        for (const text of numbers) await ctx.reply(text);
      },
      (text, nth) => (text === 'text 3' && nth <= 3 ? flood : undefined),
      { maxFloodWaitMs: 100 },
    );
    expect(lanes.turns.at(-1)).toBe('1 done');
    const accepted = lanes.telegram
      .texts()
      .filter((text, index, all) => all.indexOf(text) === index);
    expect(accepted).toEqual(numbers);
    // Only the rejected one was sent more than once.
    expect(lanes.telegram.texts()).toHaveLength(13);
  });

  it('sends each of ten concurrent messages once although one of them failed', async () => {
    await using lanes = await handle(
      (ctx) => Promise.all(numbers.map((text) => ctx.reply(text))),
      (text, nth) => (text === 'text 4' && nth <= 3 ? { error: 500 } : undefined),
    );
    expect(lanes.turns).toEqual(['1 failed', '1 done']);
    const others = lanes.telegram.texts().filter((text) => text !== 'text 4');
    expect(others.sort()).toEqual(numbers.filter((text) => text !== 'text 4'));
  });

  it('completes all its work when a message failed after an edit', async () => {
    await using lanes = await handle(
      async (ctx) => {
        const state = ctx.session as unknown as { orders?: number };
        state.orders = (state.orders ?? 0) + 1;
        await ctx.telegram.editMessageText(7, 5, undefined, 'Ordering...');
        await ctx.reply('placed');
      },
      (text, nth) => (text === 'placed' && nth <= 3 ? { error: 502 } : undefined),
    );
    expect(lanes.turns).toEqual(['1 failed', '1 done']);
    expect(await lanes.redis.get(`${lanePrefix('test', 'c:7')}:session:c:7:7`)).toBe(
      '{"orders":1}',
    );
  });
});

describe('an edit of a handler that is run again', () => {
  it('is made again, because the message may have changed since', async () => {
    let attempts = 0;
    const edit = (ctx: BotContext, text: string) =>
      ctx.telegram.editMessageText(7, 5, undefined, text);
    await using lanes = await handle(
      async (ctx) => {
        attempts += 1;
        await edit(ctx, 'menu');
        if (attempts > 1) return;
        await edit(ctx, 'sorry, once more');
        throw new Error('fails once');
      },
      () => undefined,
    );
    const edits = lanes.telegram.calls().filter(({ method }) => method === 'editMessageText');
    expect(edits.map(({ params }) => params.text)).toEqual(['menu', 'sorry, once more', 'menu']);
  });
});

describe('a message whose response was lost', () => {
  it('is sent at most twice, and the handler goes on', async () => {
    await using lanes = await handle(
      async (ctx) => {
        await ctx.reply('first');
        await ctx.reply('second');
      },
      (text, nth) => (text === 'first' && nth === 1 ? 'lose' : undefined),
    );
    expect(lanes.turns).toEqual(['1 done']);
    expect(lanes.telegram.texts()).toEqual(['first', 'first', 'second']);
  });

  it('is given up when the second response is lost too, and the user and the operator are notified', async () => {
    await using lanes = await handle(
      (ctx) => ctx.reply('first'),
      (text) => (text === 'first' ? 'lose' : undefined),
    );
    expect(lanes.telegram.texts()).toEqual(['first', 'first', 'sorry']);
    expect(lanes.turns).toEqual(['1 buried']);
    expect(lanes.errors).toMatchObject([{ name: 'OutcomeUnknownError', method: 'sendMessage' }]);
    expect(await lanes.deadLetters()).toBe(1);
  });

  it('does not block the next message of its chat', async () => {
    await using lanes = await openBotLanes(
      botOf((ctx) => ctx.reply(`to ${ctx.update.update_id}`)),
      { script: ({ params }) => (params.text === 'to 1' ? 'lose' : undefined) },
    );
    for (const id of [1, 2]) await lanes.push(textUpdate(id));
    await lanes.run();
    expect(lanes.turns).toEqual(['1 buried', '2 done']);
  });
});

describe('an apology for a failed button press', () => {
  it('is sent as a message if the handler has already answered the press', async () => {
    const tooOld = { error: 400, description: 'Bad Request: query is too old' };
    const bot = new Composer<BotContext>();
    bot.use(errorBoundary({ text: () => 'sorry' }));
    bot.on('callback_query', async (ctx) => {
      if (!ctx.turn.isRepeat) await ctx.answerCbQuery();
      throw new Error('broken');
    });
    await using lanes = await openBotLanes(bot, {
      script: ({ method, params }) =>
        method === 'answerCallbackQuery' && params.text !== undefined ? tooOld : undefined,
    });
    const message = { message_id: 1, date: 1, chat, text: 'press' };
    lanes.telegram.adopt({ message });
    const press = { id: '1', from, chat_instance: '1', data: 'x', message };
    await lanes.push({ update_id: 1, callback_query: press });
    await lanes.run();
    const messages = lanes.telegram.calls().filter(({ method }) => method === 'sendMessage');
    expect(messages.map(({ params }) => params.text)).toEqual(['sorry']);
  });
});
