import { Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { namedWizard } from './named-wizard.js';
import { talkTo, withSession } from './talk.testkit.js';

interface FormContext extends TurnContext {
  session: Scenes.SceneSession & { profile?: { name: string; age: number } };
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
      take: (ctx) => {
        if (ctx.text === 'yes') return ctx.wizard.next();
        if (ctx.text === 'name') return ctx.wizard.selectStep('name');
        return ctx.wizard.back();
      },
    },
  },
  done: async (ctx, { name, age }) => {
    ctx.session.profile = { name, age };
    await ctx.reply('Done.');
  },
});

function bot(...scenes: Scenes.BaseScene<FormContext>[]) {
  const stage = new Scenes.Stage<FormContext>(scenes);
  stage.command('register', (ctx) => ctx.scene.enter('register'));
  return withSession<FormContext>(stage, (ctx) => ctx.reply('outside'));
}

describe('namedWizard', () => {
  it('asks', async () => {
    const talk = talkTo(bot(register));
    expect(await talk.say('/register')).toEqual(['Name?']);
    expect(await talk.say('Ann')).toEqual(['Age, Ann?']);
    expect(await talk.say('old')).toEqual(['A number.']);
    expect(await talk.say('36')).toEqual(['Right?']);
    expect(await talk.say('name')).toEqual(['Name?']);
    expect(await talk.say('Bob')).toEqual(['Right?']);
    expect(await talk.say('no')).toEqual(['Age, Bob?']);
    expect(await talk.say('37')).toEqual(['Right?']);
    expect(await talk.say('yes')).toEqual(['Done.']);
    expect(JSON.parse(talk.stored!)).toEqual({ __scenes: {}, profile: { name: 'Bob', age: 37 } });
    expect(await talk.say('yes')).toEqual(['outside']);
  });
});
