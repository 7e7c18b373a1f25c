// A bot with a form, whose worker kills itself in the middle of a group's move. The folder DIE contains one file, whose
// name is the number of steps that all workers together still complete. The worker that begins the next step after
// these deletes the file and dies. Renaming a file is atomic, so concurrent steps are counted one by one.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { session } from '@chatlane/middleware';
import { Redis } from 'ioredis';
import { Composer, Markup, Scenes } from 'telegraf';

const folder = process.env.DIE;
const lua = new URL('../../packages/lanes/lua/', import.meta.url);

/** The script's hash as defineScript computes it, with the shared files first. */
function sha(...names) {
  const source = names.map((name) => readFileSync(new URL(`${name}.lua`, lua), 'utf8')).join('\n');
  return createHash('sha1').update(source).digest('hex');
}
const steps = [sha('move-load'), sha('put-in-order', 'move-unload'), sha('move-clear')];

function step() {
  for (;;) {
    const [left] = readdirSync(folder);
    if (left === undefined) return;
    try {
      if (left !== '0') return renameSync(join(folder, left), join(folder, String(left - 1)));
      unlinkSync(join(folder, left));
      process.kill(process.pid, 'SIGKILL');
    } catch (error) {
      // Another worker has counted a step in between.
      if (error.code !== 'ENOENT') throw error;
    }
  }
}

// `sendCommand` would not do: connections that were opened before this module was loaded have overridden it.
const { callBuffer } = Redis.prototype;
Redis.prototype.callBuffer = function (name, ...args) {
  if (name === 'EVALSHA' && steps.includes(args[0])) step();
  return callBuffer.call(this, name, ...args);
};

const form = new Scenes.WizardScene(
  'register',
  async (ctx) => {
    ctx.wizard.next();
    await ctx.reply('What is your name?');
  },
  async (ctx) => {
    ctx.wizard.state.name = ctx.message.text;
    ctx.wizard.next();
    await ctx.reply('What is your email address?');
  },
  async (ctx) => {
    const email = ctx.message.text;
    if (!email.includes('@')) return ctx.reply('That is not an email address.');
    ctx.wizard.state.email = email;
    ctx.wizard.next();
    const yes = Markup.inlineKeyboard([Markup.button.callback('Yes', 'yes')]);
    await ctx.reply(`Name: ${ctx.wizard.state.name}\nEmail: ${email}\n\nIs this right?`, yes);
  },
  async (ctx) => {
    const { name, email } = ctx.wizard.state;
    await ctx.answerCbQuery();
    await ctx.scene.leave();
    await ctx.reply(`You are registered.\nName: ${name}\nEmail: ${email}`);
  },
);

const isMigration = ({ message }) =>
  message && ('migrate_to_chat_id' in message || 'migrate_from_chat_id' in message);
const scenes = new Scenes.Stage([form]);
scenes.command('register', (ctx) => ctx.scene.enter('register'));

const bot = new Composer();
bot.drop(isMigration);
bot.drop(({ message, callbackQuery }) => !message && !callbackQuery);
bot.use(session({ defaultSession: () => ({}) }));
bot.use(scenes);
export default bot;
