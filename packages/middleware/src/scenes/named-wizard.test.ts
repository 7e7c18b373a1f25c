import { Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { namedWizard } from './named-wizard.js';
import { talkTo, withSession } from './talk.testkit.js';

interface FormContext extends TurnContext {
  session: Scenes.SceneSession & { profile?: { name: string; age: number }; left?: number };
  scene: Scenes.SceneContextScene<FormContext>;
}

const readText = ({ text }: { text?: string | undefined }) => text;
const readAge = ({ text = '' }) => (/^\d+$/.test(text) ? Number(text) : undefined);

const register = namedWizard<FormContext>()('register', {
  state: { name: z.string(), age: z.number() },
  steps: {
    name: { ask: (ctx) => ctx.reply('Name?'), read: readText },
    age: {
      ask: (ctx) => ctx.reply(`Age, ${ctx.wizard.state.name}?`),
      read: readAge,
      invalid: (ctx) => ctx.reply('A number.'),
    },
    confirm: {
      ask: (ctx) => ctx.reply('Right?'),
      handle: (ctx) => {
        if (ctx.text === 'yes') return ctx.wizard.next();
        if (ctx.text === 'name') return ctx.wizard.selectStep('name');
        if (ctx.text === 'what') return ctx.wizard.again();
        if (ctx.text === 'no') return ctx.wizard.back();
        return ctx.reply('Yes or no?');
      },
    },
  },
  handlers: [
    (ctx, next) => (ctx.text === '/back' ? ctx.wizard.back() && Promise.resolve() : next()),
  ],
  leave: (ctx) => {
    ctx.session.left = (ctx.session.left ?? 0) + 1;
  },
  done: async (ctx, { name, age }) => {
    if (name === 'Taken') return ctx.wizard.selectStep('name');
    ctx.session.profile = { name, age };
    await ctx.reply('Done.');
  },
});

const plain = new Scenes.BaseScene<FormContext>('plain');
plain.enter((ctx) => ctx.reply('plain'));

function bot(...scenes: Scenes.BaseScene<FormContext>[]) {
  const stage = new Scenes.Stage<FormContext>([plain, ...scenes]);
  stage.command('enter', (ctx) => {
    const [id = '', state = '{}'] = ctx.payload.split(' ');
    return ctx.scene.enter(id, JSON.parse(state) as object);
  });
  stage.command('leave', (ctx) => ctx.scene.leave());
  return withSession<FormContext>(stage, (ctx) => ctx.reply('outside'));
}

const session = ({ stored }: { stored: string | undefined }) =>
  JSON.parse(stored ?? '{}') as FormContext['session'];

describe('namedWizard', () => {
  it('asks for missing answers, validates them, asks again, and finishes', async () => {
    const ann = talkTo(bot(register));
    expect(await ann.say('/enter register')).toEqual(['Name?']);
    expect(await ann.say('Ann')).toEqual(['Age, Ann?']);
    expect(await ann.say('old')).toEqual(['A number.']);
    expect(await ann.say('36')).toEqual(['Right?']);
    expect(await ann.say('yes')).toEqual(['Done.']);
    expect(session(ann)).toEqual({ __scenes: {}, left: 1, profile: { name: 'Ann', age: 36 } });
    expect(await ann.say('yes')).toEqual(['outside']);
  });

  it('repeats the question after an invalid answer if there is no `invalid`', async () => {
    const ann = talkTo(bot(register));
    await ann.say('/enter register');
    const photo = { message_id: 1, date: 1, chat: { id: 42, type: 'private' }, photo: [] };
    expect(await ann.send({ message: photo })).toEqual(['Name?']);
  });

  it('stores the name of the step', async () => {
    const ann = talkTo(bot(register));
    await ann.say('/enter register');
    await ann.say('Ann');
    expect(session(ann).__scenes).toEqual({
      current: 'register',
      step: 'age',
      state: { name: 'Ann' },
    });
  });

  it('can return to one answer, and continues at the first that is missing', async () => {
    const ann = talkTo(bot(register));
    await ann.say('/enter register {"name":"Ann","age":36}');
    expect(await ann.say('name')).toEqual(['Name?']);
    expect(await ann.say('Bob')).toEqual(['Right?']);
    expect(await ann.say('yes')).toEqual(['Done.']);
    expect(session(ann).profile).toEqual({ name: 'Bob', age: 36 });
  });

  it('can go back, stay, and ask again', async () => {
    const ann = talkTo(bot(register));
    expect(await ann.say('/enter register {"name":"Ann","age":36}')).toEqual(['Right?']);
    expect(await ann.say('hm')).toEqual(['Yes or no?']);
    expect(await ann.say('what')).toEqual(['Right?']);
    expect(await ann.say('no')).toEqual(['Age, Ann?']);
    expect(await ann.say('/back')).toEqual(['Name?']);
    expect(await ann.say('/back')).toEqual(['Name?']);
  });

  it('stays open if `done` chooses a step', async () => {
    const ann = talkTo(bot(register));
    await ann.say('/enter register {"name":"Taken","age":36}');
    expect(await ann.say('yes')).toEqual(['Name?']);
    await ann.say('Ann');
    expect(await ann.say('yes')).toEqual(['Done.']);
  });

  it('leaves updates that are not messages to the other handlers', async () => {
    const ann = talkTo(bot(register));
    await ann.say('/enter register');
    const press = { id: '1', from: { id: 42 }, chat_instance: '1', data: 'x' };
    const message = { message_id: 1, date: 1, chat: { id: 42, type: 'private' } };
    const before = ann.stored;
    expect(await ann.send({ callback_query: { ...press, message } })).toEqual(['outside']);
    expect(ann.stored).toBe(before);
  });

  it('starts again when it is entered from inside, and asks once', async () => {
    const again = namedWizard<FormContext>()('again', {
      state: { name: z.string() },
      steps: {
        name: { ask: (ctx) => ctx.reply('Name?'), read: readText },
        more: { ask: (ctx) => ctx.reply('More?'), handle: (ctx) => ctx.scene.enter('again') },
      },
    });
    const ann = talkTo(bot(again));
    await ann.say('/enter again');
    await ann.say('Ann');
    expect(await ann.say('yes')).toEqual(['Name?']);
    expect(session(ann).__scenes).toEqual({ current: 'again', step: 'name', state: {} });
  });

  it('asks nothing after it was left, and can lead into other scenes', async () => {
    const out = namedWizard<FormContext>()('out', {
      state: {},
      steps: {
        only: {
          ask: (ctx) => ctx.reply('Only?'),
          handle: async (ctx) => {
            if (ctx.text === 'on') return ctx.wizard.next();
            ctx.wizard.again();
            await ctx.scene.leave();
          },
        },
      },
      done: (ctx) => ctx.scene.enter('plain'),
    });
    const ann = talkTo(bot(out));
    await ann.say('/enter out');
    expect(await ann.say('off')).toEqual([]);
    expect(session(ann).__scenes).toEqual({});
    await ann.say('/enter out');
    expect(await ann.say('on')).toEqual(['plain']);
    expect(session(ann).__scenes).toEqual({ current: 'plain', state: {} });
  });

  it('skips a step whose `when` is false', async () => {
    const survey = namedWizard<FormContext>()('survey', {
      state: { pet: z.string(), race: z.string().optional(), why: z.string().optional() },
      steps: {
        pet: { ask: (ctx) => ctx.reply('Pet?'), read: readText },
        race: {
          when: ({ pet }) => pet === 'dog',
          ask: (ctx) => ctx.reply('Race?'),
          read: readText,
        },
        why: { ask: (ctx) => ctx.reply('Why?'), read: readText },
      },
      done: (ctx, answers) => ctx.reply(JSON.stringify(answers)),
    });
    const ann = talkTo(bot(survey));
    await ann.say('/enter survey');
    expect(await ann.say('cat')).toEqual(['Why?']);
    expect(await ann.say('soft')).toEqual(['{"pet":"cat","why":"soft"}']);
    await ann.say('/enter survey');
    expect(await ann.say('dog')).toEqual(['Race?']);
  });

  it('throws if the wizard is done without an answer, or never waits for one', async () => {
    const faulty = namedWizard<FormContext>()('faulty', {
      state: { name: z.string() },
      steps: { one: { ask: (ctx) => ctx.wizard.next(), handle: () => undefined } },
      done: () => undefined,
    });
    const restless = namedWizard<FormContext>()('restless', {
      state: {},
      steps: { one: { ask: (ctx) => ctx.wizard.again(), handle: () => undefined } },
    });
    const ann = talkTo(bot(faulty, restless));
    await expect(ann.say('/enter faulty')).rejects.toThrow('faulty is done without name');
    await expect(ann.say('/enter restless')).rejects.toThrow('restless keeps moving');
  });
});

describe("a wizard's state", () => {
  it('can be read after leaving, but a write, which would be lost, throws', async () => {
    const written = namedWizard<FormContext>()('written', {
      state: { name: z.string() },
      steps: {
        name: { ask: () => undefined, read: readText },
        last: {
          ask: () => undefined,
          handle: async (ctx) => {
            await ctx.scene.leave();
            await ctx.reply(`Bye, ${ctx.wizard.state.name}`);
            if (ctx.text === 'write') ctx.wizard.state.name = 'lost';
          },
        },
      },
    });
    const ann = talkTo(bot(written));
    await ann.say('/enter written {"name":"Ann"}');
    await expect(ann.say('write')).rejects.toThrow(TypeError);
    expect(await ann.say('read')).toEqual(['Bye, Ann']);
    expect(session(ann)).toEqual({ __scenes: {} });
  });

  it('survives neither leaving nor entering again', async () => {
    const ann = talkTo(bot(register));
    await ann.say('/enter register');
    await ann.say('Ann');
    await ann.say('/leave');
    expect(session(ann)).toEqual({ __scenes: {}, left: 1 });
    expect(await ann.say('/enter register')).toEqual(['Name?']);
  });
});
