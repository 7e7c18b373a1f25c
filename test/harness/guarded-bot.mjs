// A bot with a rate limit longer than any test, a command for admins, a signed button, and a command that awaits nothing.
import {
  adminOnly,
  createAdmins,
  createButtons,
  ignoreOtherBots,
  rateLimit,
} from '@chatlane/middleware';
import { connectRedis } from '@chatlane/redis';
import { Composer, Markup } from 'telegraf';

const redis = connectRedis({
  url: process.env.LIMITS_REDIS_URL,
  name: 'guarded-bot',
  whenDown: 'fail-fast',
});
const shared = { redis, name: 'guarded' };
const admins = createAdmins(shared);
const buttons = createButtons({ secret: 'known to the tests only', version: '1' });
const vote = buttons.action('vote');

const bot = new Composer();
bot.use(ignoreOtherBots(), admins);
bot.use(
  rateLimit({
    ...shared,
    user: { everySeconds: 3600, burst: 5 },
    pauseSeconds: 3600,
    limited: 'Too fast.',
    exempt: { admins, callbacks: true },
  }),
);
bot.command('hello', (ctx) => ctx.reply('Hello.'));
bot.command('careless', (ctx) => {
  ctx.reply('Sent all the same.');
});
bot.command('slow', adminOnly(admins, 'Only admins can do that.'), (ctx) => ctx.reply('Slow.'));
bot.command('promote', adminOnly(admins), (ctx) =>
  ctx.promoteChatMember(Number(ctx.payload), { can_pin_messages: true }),
);
bot.command('demote', adminOnly(admins), (ctx) => ctx.promoteChatMember(Number(ctx.payload), {}));
bot.command('vote', (ctx) => ctx.reply('Vote.', Markup.inlineKeyboard([vote.button('Yes')])));
bot.use(vote.on((ctx) => ctx.answerCbQuery('Thank you.')));
bot.use(buttons.rest);
export default bot;
