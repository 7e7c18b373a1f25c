import { Composer, TelegramError } from 'telegraf';
import { chat } from './index.js';

describe('calls of the bot', () => {
  it('can be refused as Telegram would refuse them, and can be read', async () => {
    const bot = new Composer();
    bot.on('message', async (ctx) => {
      try {
        await ctx.reply('hello');
      } catch (error) {
        if (!(error instanceof TelegramError)) throw error;
        await ctx.telegram.setMessageReaction(ctx.chat.id, ctx.msg.message_id, []);
      }
    });
    await using test = await chat(bot);
    const description = 'Forbidden: bot was blocked by the user';
    const end = test.onCall('sendMessage', () => ({ error_code: 403, description }));
    await test.user.says('a');
    expect(test.calls().map(({ method, status }) => `${method} ${status}`)).toEqual([
      'sendMessage 403',
      'setMessageReaction 200',
    ]);
    await test.user.seesNothingMore();
    end();
    await test.user.says('b');
    expect(test.calls('sendMessage').map(({ error }) => error)).toEqual([description, undefined]);
    await test.user.sees('hello');
  });
});
