// The examples of packages/middleware/docs/outside-an-update.md.
import { event, schedule, session } from 'chatlane';
import { Composer } from 'telegraf';
import { z } from 'zod';

const bot = new Composer();
bot.use(session({ defaultSession: () => ({ reminders: 0 }) }));

const reminder = event('reminder', z.object({ text: z.string() }));

bot.command('remind', async (ctx) => {
  const [minutes, ...words] = ctx.payload.split(' ');
  await ctx.later(
    Number(minutes) * 60_000,
    reminder,
    { text: words.join(' ') },
    { key: 'reminder' },
  );
  await ctx.reply('I will remind you.');
});

bot.command('forget', async (ctx) => {
  const wasWaiting = await ctx.cancelLater('reminder');
  await ctx.reply(wasWaiting ? 'Forgotten.' : 'There is no reminder.');
});

bot.on(reminder, async (ctx) => {
  ctx.session.reminders += 1;
  await ctx.reply(`${ctx.update.event.data.text} (reminder ${ctx.session.reminders})`);
});

const digest = event('digest', z.object({ day: z.string() }));

export const schedules = ({ redis, name }) => [
  schedule(
    'digest',
    '0 9 * * *',
    async (ctx) => {
      const day = ctx.scheduledAt.toISOString().slice(0, 10);
      for (const chat of await redis.smembers(`subscribers:${name}`)) {
        ctx.inLane(Number(chat), digest, { day });
      }
    },
    { timeZone: 'Europe/Berlin' },
  ),
];

export const createBot = ({ redis, name }) => {
  bot.command('subscribe', async (ctx) => {
    await redis.sadd(`subscribers:${name}`, ctx.chat.id);
    await ctx.reply('You get the news at nine.');
  });
  bot.on(digest, (ctx) => ctx.reply(`The news of ${ctx.update.event.data.day}`));
  return bot;
};

const paid = event('paid', z.object({ order: z.number(), cents: z.number() }));

bot.on(paid, async (ctx) => {
  const { order, cents } = ctx.update.event.data;
  await ctx.reply(`Thank you! Order ${order} is paid: ${(cents / 100).toFixed(2)} EUR.`);
});

bot.on(event('answer'), (ctx) => ctx.reply(`Support: ${ctx.update.event.data.text}`));
