import type { BotContext } from '@chatlane/bot';
import { Composer } from 'telegraf';
import { openBotLanes } from './bot-lanes.testkit.js';

/** More than a group may get at once; further messages are sent one every three seconds. */
const MESSAGES = 24;

describe('a turn that sends more to a group than Telegram allows at once', () => {
  it('does not run into its time limit, and sends everything once and in order', async () => {
    const bot = new Composer<BotContext>();
    const texts = Array.from({ length: MESSAGES }, (_, index) => String(index));
    bot.on('message', async (ctx) => {
      for (const text of texts) await ctx.reply(text);
    });
    await using lanes = await openBotLanes(bot, { turnTimeoutMs: 8_000 });
    const from = { id: 42, is_bot: false, first_name: 'Ann' };
    const chat = { id: -100, type: 'group', title: 'Friends' };
    await lanes.push({ update_id: 1, message: { message_id: 1, date: 1, chat, from, text: 'go' } });
    await lanes.run();
    expect(lanes.turns).toEqual(['1 done']);
    expect(lanes.telegram.texts()).toEqual(texts);
  });
});
