import { Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { askAgain } from './ask-again.js';
import { namedWizard } from './named-wizard.js';
import { talkTo, withSession } from './talk.testkit.js';

interface FormContext extends TurnContext {
  session: Scenes.SceneSession & { language?: string; known?: object };
  scene: Scenes.SceneContextScene<FormContext>;
}

const word = (ctx: TurnContext) => (/^[a-z]+$/.test(ctx.text ?? '') ? ctx.text : undefined);
const ask = (what: string) => (ctx: FormContext) =>
  ctx.reply(ctx.session.language === 'de' ? `${what}, bitte?` : `${what}, please?`);

const form = namedWizard<FormContext>()('form', {
  state: { name: z.string(), town: z.string(), pet: z.string() },
  steps: {
    name: {
      ask: ask('name'),
      read: word,
      invalid: (ctx) => ctx.reply('no name'),
      corrected: (ctx) => ctx.reply(`${ctx.wizard.state.name} it is`),
    },
    town: { ask: ask('town'), read: word },
    pet: { ask: ask('pet'), read: word },
  },
  done: (ctx, answers) => void (ctx.session.known = answers),
});

const scene = new Scenes.BaseScene<FormContext>('scene');
scene.enter(ask('anything'));

const stage = new Scenes.Stage<FormContext>([form, scene]);
stage.command('enter', (ctx) => ctx.scene.enter(ctx.payload));
stage.command('german', async (ctx) => {
  ctx.session.language = 'de';
  if (!(await askAgain(ctx))) await ctx.reply('nothing to ask');
});
const bot = withSession<FormContext>(stage, (ctx) => ctx.reply('outside'));

/** A person whose messages have ids and can be edited. */
function begin() {
  const ann = talkTo(bot);
  const about = {
    date: 1,
    chat: { id: 42, type: 'private' },
    from: { id: 42, is_bot: false, first_name: 'Ann' },
  };
  return Object.assign(ann, {
    write: (message_id: number, text: string) =>
      ann.send({ message: { message_id, ...about, text } }),
    edit: (message_id: number, text: string) =>
      ann.send({ edited_message: { message_id, ...about, edit_date: 2, text } }),
  });
}

describe('a step of a named wizard that accepts corrections', () => {
  it('stores the edited answer and confirms it, whichever step the wizard has reached', async () => {
    const ann = begin();
    await ann.say('/enter form');
    await ann.write(7, 'mria');
    expect(await ann.edit(7, 'maria')).toEqual(['maria it is']);
    expect(await ann.write(8, 'rome')).toEqual(['pet, please?']);
    expect(await ann.edit(7, 'mary')).toEqual(['mary it is']);
    await ann.write(9, 'cat');
    expect(JSON.parse(ann.stored!)).toEqual({
      __scenes: {},
      known: { name: 'mary', town: 'rome', pet: 'cat' },
    });
  });

  it('moves on when the edit makes a refused answer valid', async () => {
    const ann = begin();
    await ann.say('/enter form');
    expect(await ann.write(7, 'M4ria')).toEqual(['no name']);
    expect(await ann.edit(7, 'maria')).toEqual(['town, please?']);
  });

  it('leaves all other edits to the other handlers', async () => {
    const ann = begin();
    await ann.say('/enter form');
    await ann.write(7, 'maria');
    await ann.write(8, 'rome');
    expect(await ann.edit(7, '???')).toEqual(['outside']);
    expect(await ann.edit(6, 'mary')).toEqual(['outside']);
    // The step of the town does not accept corrections.
    expect(await ann.edit(8, 'oslo')).toEqual(['outside']);
    await ann.write(9, 'cat');
    expect(JSON.parse(ann.stored!)).toMatchObject({ known: { name: 'maria', town: 'rome' } });
  });
});

describe('askAgain', () => {
  it("repeats the question of a wizard's step, and keeps all answers", async () => {
    const ann = begin();
    await ann.say('/enter form');
    await ann.write(7, 'maria');
    expect(await ann.say('/german')).toEqual(['town, bitte?']);
    expect(await ann.write(8, 'rome')).toEqual(['pet, bitte?']);
  });

  it('runs the enter handler of another scene, and does nothing outside of scenes', async () => {
    const ann = begin();
    expect(await ann.say('/german')).toEqual(['nothing to ask']);
    await ann.say('/enter scene');
    expect(await ann.say('/german')).toEqual(['anything, bitte?']);
  });
});
