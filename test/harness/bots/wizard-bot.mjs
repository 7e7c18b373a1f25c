// A typical existing bot: Telegraf's own session and wizard, no imports from Chatlane, and few promises are awaited.
import { Scenes, session, Telegraf } from 'telegraf';

const wizard = new Scenes.WizardScene(
  'register',
  (ctx) => {
    ctx.reply('Enter name');
    return ctx.wizard.next();
  },
  (ctx) => {
    ctx.wizard.state.name = ctx.message.text;
    ctx.reply('Enter email');
    return ctx.wizard.next();
  },
  (ctx) => {
    ctx.reply(`Saved:\n${ctx.wizard.state.name}\n${ctx.message.text}`);
    return ctx.scene.leave();
  },
);
const stage = new Scenes.Stage([wizard]);

const bot = new Telegraf(process.env.BOT_TOKEN);
bot.context.greeting = 'Send /register';
bot.use(session());
bot.use(stage.middleware());
bot.command('register', (ctx) => ctx.scene.enter('register'));
bot.on('text', (ctx) => ctx.reply(ctx.greeting));
export default bot;
