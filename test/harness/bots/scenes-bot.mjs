// A typical existing bot: Telegraf's own session and scenes, no imports from Chatlane, and no promise is awaited.
import { Scenes, session, Telegraf } from 'telegraf';

const stepScene = new Scenes.BaseScene('stepScene');
stepScene.enter((ctx) => ctx.reply('Enter your name'));
stepScene.on('text', (ctx) => {
  ctx.scene.state.name = ctx.message.text;
  ctx.scene.enter('ageScene', ctx.scene.state);
});
stepScene.leave((ctx) => ctx.reply('Noted'));

const ageScene = new Scenes.BaseScene('ageScene');
ageScene.enter((ctx) => ctx.reply('Enter your age'));
ageScene.on('text', (ctx) => {
  ctx.reply(`Name: ${ctx.scene.state.name}, Age: ${ctx.message.text}`);
  ctx.scene.leave();
});

const stage = new Scenes.Stage([stepScene, ageScene]);
stage.command('cancel', (ctx) => {
  ctx.scene.leave();
  ctx.reply('Cancelled');
});

export const bot = new Telegraf(process.env.BOT_TOKEN);
bot.use(session());
bot.use(stage.middleware());
bot.command('start', (ctx) => {
  ctx.scene.enter('stepScene');
});
bot.on('text', (ctx) => {
  ctx.reply('Send /start');
});
