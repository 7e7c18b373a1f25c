import { lanePrefix } from '@chatlane/lanes';
import type { BotContext } from '@chatlane/bot';
import { session } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { openBotLanes, type BotLanes } from './bot-lanes.testkit.js';

const ann = { id: 7, is_bot: false, first_name: 'Ann' };
const chat = { id: 7, type: 'private', first_name: 'Ann' };
const press = {
  update_id: 1,
  callback_query: {
    id: 'press-1',
    from: ann,
    chat_instance: '1',
    data: 'book',
    message: { message_id: 5, date: 1, chat, text: 'Book?' },
  },
};

/** Makes the first event of a lane look an hour older. */
async function age({ redis }: BotLanes, lane: string): Promise<void> {
  const mail = `${lanePrefix('test', lane)}:mail:${lane}`;
  const [envelope] = await redis.lrange(mail, 0, 0);
  const aged = envelope!.replace(/^\d+/, (arrivedAt) => String(Number(arrivedAt) - 3_600_000));
  await redis.lset(mail, 0, aged);
}

/** Answers the button press before it changes its state, as most bots do. */
function bookingBot(): Composer<BotContext> {
  const bot = new Composer<BotContext>();
  bot.use(session({ defaultSession: () => ({}) }));
  bot.action('book', async (ctx) => {
    await ctx.answerCbQuery('Booked');
    await ctx.editMessageText('Booked');
    Object.assign(ctx.session, { booked: true });
  });
  return bot;
}

const refusals: Record<string, string> = {
  answerCallbackQuery:
    'Bad Request: query is too old and response timeout expired or query ID is invalid',
  editMessageText:
    'Bad Request: message is not modified: specified new message content is the same',
};

describe('an update that waited too long', () => {
  it('still changes the state if it is a button press, although the answer is too late', async () => {
    await using lanes = await openBotLanes(bookingBot(), {
      script: ({ method }) => ({ error: 400, description: refusals[method] ?? 'Error' }),
    });
    await lanes.push(press);
    await age(lanes, 'c:7');
    await lanes.run();

    expect(lanes.turns).toEqual(['1 done']);
    expect(await lanes.redis.get(`${lanePrefix('test', 'c:7')}:session:c:7:7`)).toBe(
      '{"booked":true}',
    );
    expect(await lanes.deadLetters()).toBe(0);
    expect(lanes.telegram.calls().map(({ method }) => method)).toEqual([
      'answerCallbackQuery',
      'editMessageText',
    ]);
  });

  it('does not reach the bot if it is an inline query', async () => {
    const bot = new Composer<BotContext>();
    bot.on('inline_query', (ctx) => ctx.answerInlineQuery([]));
    await using lanes = await openBotLanes(bot);
    await lanes.push({
      update_id: 1,
      inline_query: { id: '1', from: ann, query: 'x', offset: '' },
    });
    await age(lanes, 'express:inline_query:7');
    await lanes.run();
    expect(lanes.turns).toEqual(['1 expired']);
    expect(lanes.telegram.calls()).toEqual([]);
  });
});
