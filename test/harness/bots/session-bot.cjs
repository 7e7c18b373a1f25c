// A typical existing bot: Telegraf's own session, CommonJS, no imports from Chatlane, and no promise is awaited.
const { Telegraf, session } = require('telegraf');

const bot = new Telegraf(process.env.BOT_TOKEN);

bot.use(session({ defaultSession: () => ({}) }));

bot.command('start', (ctx) => {
  ctx.session.step = 1;
  ctx.reply('What is your name?');
});

bot.on('text', (ctx) => {
  if (ctx.session.step === 1) {
    ctx.session.name = ctx.message.text;
    ctx.session.step = 2;
    ctx.reply('How old are you?');
  } else if (ctx.session.step === 2) {
    ctx.session.age = ctx.message.text;
    ctx.reply(`Name: ${ctx.session.name}\nAge: ${ctx.session.age}`);
    ctx.session = null;
  } else {
    ctx.reply('Send /start');
  }
});

module.exports = bot;
