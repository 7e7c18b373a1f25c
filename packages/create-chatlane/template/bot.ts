import { cancel, session } from 'chatlane';
import { Composer, Scenes } from 'telegraf';
import type { BotContext } from './context.ts';
import { signUp } from './scenes/sign-up.ts';

const stage = new Scenes.Stage<BotContext>([signUp]);
stage.use(cancel({ cancelled: 'Cancelled.', nothing: 'There is nothing to cancel.' }));
stage.command('signup', (ctx) => ctx.scene.enter('sign-up'));

const bot = new Composer<BotContext>();
bot.use(session({ defaultSession: () => ({ messages: 0 }) }), stage);
bot.start((ctx) => ctx.reply('Hello! Write anything, or /signup.'));
bot.on('message', (ctx) => ctx.reply(`That was your message number ${++ctx.session.messages}.`));

export default bot;

/** The menu in Telegram's apps. */
export const commands = [
  { command: 'signup', description: 'Sign up' },
  { command: 'cancel', description: 'Cancel' },
];
