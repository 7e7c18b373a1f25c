import { Scenes, type Context } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { namedWizard } from './named-wizard.js';
import { talkTo, withSession } from './talk.testkit.js';

interface FormContext extends TurnContext {
  session: Scenes.WizardSession;
  scene: Scenes.SceneContextScene<FormContext, Scenes.WizardSessionData>;
  wizard: Scenes.WizardContextWizard<FormContext>;
}

const question = (name: string) => ({
  ask: (ctx: Context) => ctx.reply(`${name}?`),
  read: (ctx: Context) => ctx.text,
});
const state = { name: z.string(), email: z.string(), city: z.string() };

/** A version of the bot, whose wizard has these steps in this order. */
function version(names: (keyof typeof state)[], changed?: string) {
  const steps = Object.fromEntries(names.map((name) => [name, question(name)]));
  const shape = Object.fromEntries(names.map((name) => [name, state[name]]));
  const wizard = namedWizard<FormContext>()('form', {
    state: shape,
    steps,
    ...(changed !== undefined && { changed: (ctx) => ctx.reply(changed) }),
    done: (ctx, answers) => ctx.reply(JSON.stringify(answers)),
  });
  return botOf(wizard);
}

function botOf(form: Scenes.BaseScene<FormContext>) {
  const stage = new Scenes.Stage<FormContext, Scenes.WizardSessionData>([form]);
  stage.command('form', (ctx) => ctx.scene.enter('form'));
  return withSession<FormContext>(stage, (ctx) => ctx.reply('outside'));
}

/** A person whom the first version asked for the email. */
async function inTheMiddle() {
  const ann = talkTo(version(['name', 'email']));
  await ann.say('/form');
  expect(await ann.say('Ann')).toEqual(['email?']);
  return ann;
}

describe('a deploy in the middle of a form', () => {
  it('may add an earlier step, which is asked after the current answer', async () => {
    const ann = (await inTheMiddle()).with(version(['city', 'name', 'email']));
    expect(await ann.say('a@b.c')).toEqual(['city?']);
    expect(await ann.say('Rome')).toEqual(['{"city":"Rome","name":"Ann","email":"a@b.c"}']);
  });

  it('may add a later step', async () => {
    const ann = (await inTheMiddle()).with(version(['name', 'email', 'city']));
    expect(await ann.say('a@b.c')).toEqual(['city?']);
  });

  it('may reorder the steps', async () => {
    const ann = (await inTheMiddle()).with(version(['email', 'name']));
    expect(await ann.say('a@b.c')).toEqual(['{"email":"a@b.c","name":"Ann"}']);
  });

  it('may remove the current step, after which the first unanswered question is asked', async () => {
    const ann = (await inTheMiddle()).with(version(['name', 'city'], 'The form has changed.'));
    expect(await ann.say('a@b.c')).toEqual(['The form has changed.', 'city?']);
    expect(await ann.say('Rome')).toEqual(['{"name":"Ann","city":"Rome"}']);
  });

  it('may remove the current step, and then only a message or a button press continues the form', async () => {
    const ann = (await inTheMiddle()).with(version(['name', 'city']));
    const before = ann.stored;
    const chat = { id: 42, type: 'private' };
    expect(await ann.send({ my_chat_member: { chat, from: chat } })).toEqual(['outside']);
    expect(ann.stored).toBe(before);
    const press = { id: '1', from: { id: 42 }, chat_instance: '1', data: 'x' };
    const message = { message_id: 1, date: 1, chat: { id: 42, type: 'private' } };
    const pressed = { callback_query: { ...press, message } };
    expect(await ann.send(pressed)).toEqual(['outside', 'city?']);
  });

  it('may be stricter about an answer, which is then asked for again', async () => {
    const strict = namedWizard<FormContext>()('form', {
      state: { name: z.string().min(5), email: z.string() },
      steps: { name: question('name'), email: question('email') },
      done: (ctx, { name }) => ctx.reply(name),
    });
    const ann = (await inTheMiddle()).with(botOf(strict));
    expect(await ann.say('a@b.c')).toEqual(['name?']);
    expect(await ann.say('Annette')).toEqual(['Annette']);
  });

  it("may replace Telegraf's wizard, which stores a step number", async () => {
    const numbered = new Scenes.WizardScene<FormContext>(
      'form',
      async (ctx) => {
        await ctx.reply('name?');
        ctx.wizard.next();
      },
      async (ctx) => {
        Object.assign(ctx.wizard.state, { name: ctx.text });
        await ctx.reply('email?');
        ctx.wizard.next();
      },
      (ctx) => ctx.scene.leave(),
    );
    const old = talkTo(botOf(numbered));
    await old.say('/form');
    expect(await old.say('Ann')).toEqual(['email?']);
    const ann = old.with(version(['city', 'name', 'email']));
    expect(await ann.say('a@b.c')).toEqual(['city?']);
    expect(await ann.say('Rome')).toEqual(['email?']);
  });
});
