import {
  cancel,
  handOver,
  input,
  namedWizard,
  reset,
  sceneState,
  session,
  type TurnContext,
} from '@chatlane/middleware';
import { Composer, Scenes, type Context } from 'telegraf';
import { message } from 'telegraf/filters';
import { z } from 'zod';

interface BotContext extends TurnContext {
  session: Scenes.SceneSession & { profile?: { name: string; email: string } };
  scene: Scenes.SceneContextScene<BotContext>;
}

const email = input(z.email());
function readEmail(ctx: Context) {
  const answer = email.read(ctx);
  return answer.ok ? answer.value : undefined;
}

const register = namedWizard<BotContext>()('register', {
  state: { name: z.string(), email: z.email() },
  steps: {
    name: { ask: (ctx) => ctx.reply('Your name?'), read: (ctx) => ctx.text },
    email: {
      ask: (ctx) => ctx.reply('Email?'),
      read: readEmail,
      invalid: (ctx) => ctx.reply('That is not an address.'),
    },
    confirm: {
      ask: (ctx) => ctx.reply(`${ctx.wizard.state.name}, is that right?`),
      handle: (ctx) => (ctx.text === 'no' ? ctx.wizard.selectStep('name') : ctx.wizard.next()),
    },
  },
  done: (ctx, { name, email }) => void (ctx.session.profile = { name, email }),
});

const person = sceneState({ name: z.string() });
const stepScene = new Scenes.BaseScene<BotContext>('stepScene');
stepScene.enter((ctx) => ctx.reply('Your name?'));
stepScene.on(message('text'), (ctx) => handOver(ctx, 'ageScene', { name: ctx.message.text }));
const ageScene = new Scenes.BaseScene<BotContext>('ageScene');
ageScene.enter((ctx) => ctx.reply(`How old are you, ${person(ctx).name}?`));

export const bot = new Composer<BotContext>();
const stage = new Scenes.Stage<BotContext>([register, stepScene, ageScene]);
stage.use(cancel({ cancelled: 'Cancelled.', nothing: 'There is nothing to cancel.' }));
stage.command('register', (ctx) => ctx.scene.enter('register'));
stage.start((ctx) => ctx.scene.enter('stepScene'));
bot.use(reset({ done: 'All is forgotten.' }), session({ defaultSession: () => ({}) }), stage);
