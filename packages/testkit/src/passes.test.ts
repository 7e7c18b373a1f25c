import type { TurnContext } from '@chatlane/middleware';
import { event } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { chat } from './index.js';

const reminder = event<{ text: string }>('reminder');

const bot = new Composer<TurnContext>();
bot.command('remind', async (ctx) => {
  await ctx.later(86_400_000, reminder, { text: 'tomorrow' });
  await ctx.later(3_600_000, reminder, { text: 'in an hour' });
  await ctx.later(7_200_000, reminder, { text: 'in two hours' });
});
bot.on('message', (ctx) =>
  ctx.reply(new Date(ctx.message.date * 1_000).toISOString().slice(0, 10)),
);
bot.on(reminder, async (ctx) => {
  await ctx.reply(ctx.update.event.data.text);
  if (ctx.update.event.data.text === 'in an hour') {
    await ctx.later(1_800_000, reminder, { text: 'half an hour after it' });
  }
});

describe('passes', () => {
  it('handles the events that fall due in that time, in order, and those that their handlers schedule', async () => {
    await using test = await chat(bot);
    const { user } = test;
    await user.says('/remind');
    await test.passes({ minutes: 59 });
    await user.seesNothingMore();
    await test.passes({ hours: 1, minutes: 1 });
    expect(user.unseen().map(({ text }) => text)).toEqual([
      'in an hour',
      'half an hour after it',
      'in two hours',
    ]);
    await test.passes({ days: 1 });
    await user.sees('tomorrow');
    await user.says('date');
    const tomorrow = new Date(Date.now() + 86_400_000 + 7_200_000).toISOString().slice(0, 10);
    await user.sees(tomorrow);
    expect(test.conversation()).toContain('--- 1 hour, 1 minute later ---\nBot: in an hour');
  });
});
