import { Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { cancel } from './cancel.js';
import { handOver, sceneState } from './scene-state.js';
import { talkTo, withSession } from './talk.testkit.js';

interface SceneContext extends TurnContext {
  session: Scenes.SceneSession & { visits?: number };
  scene: Scenes.SceneContextScene<SceneContext>;
}

const person = sceneState({ name: z.string(), colour: z.string().optional() });

function scenes() {
  const step = new Scenes.BaseScene<SceneContext>('step');
  step.enter((ctx) => ctx.reply(`Name? ${JSON.stringify(ctx.scene.state)}`));
  step.hears('lost', (ctx) => ctx.scene.enter('age'));
  step.hears('kept', (ctx) => ctx.scene.enter('age', ctx.scene.state));
  step.hears('again', (ctx) => ctx.scene.reenter());
  step.hears('out', (ctx) => ctx.scene.leave());
  step.hears('forget', (ctx) => ctx.scene.reset());
  step.hears('break', async (ctx) => {
    await ctx.scene.leave();
    throw new Error('broken');
  });
  step.hears('over', (ctx) => handOver(ctx, 'age', { colour: 'blue' }));
  step.on('message', async (ctx) => {
    person(ctx).name = ctx.text ?? '';
    ctx.session.visits = (ctx.session.visits ?? 0) + 1;
    await ctx.reply(`${person(ctx).name} it is`);
  });
  step.leave((ctx) => ctx.reply(`Bye, ${person(ctx).name ?? 'nobody'}`));
  const age = new Scenes.BaseScene<SceneContext>('age');
  age.enter((ctx) => ctx.reply(`Age of ${JSON.stringify(person(ctx))}?`));
  age.on('message', async (ctx) => {
    await ctx.reply(`${person(ctx).name} is ${ctx.text}`);
    await ctx.scene.leave();
  });
  return [step, age];
}

type StageOptions = ConstructorParameters<typeof Scenes.Stage<SceneContext>>[1];

function talk(options: StageOptions = {}, stored?: string) {
  const stage = new Scenes.Stage<SceneContext>(scenes(), options);
  stage.use(cancel({ cancelled: 'Cancelled.', nothing: 'Nothing to cancel.' }));
  stage.command('start', (ctx) => ctx.scene.enter('step', { from: 'start' }));
  stage.command('state', (ctx) => ctx.reply(JSON.stringify(person(ctx))));
  return talkTo(
    withSession<SceneContext>(stage, (ctx) => ctx.reply('outside')),
    stored,
  );
}

/** The stored state of Telegraf's scenes. */
const inScene = ({ stored }: { stored: string | undefined }): unknown =>
  (JSON.parse(stored ?? '{}') as { __scenes?: unknown }).__scenes;

const past = () => Math.floor(Date.now() / 1000) - 1;

describe("Telegraf's scenes on `session()`", () => {
  it('can be entered with an initial state, which the next turn sees', async () => {
    const ann = talk();
    expect(await ann.say('/start')).toEqual(['Name? {"from":"start"}']);
    expect(await ann.say('Ann')).toEqual(['Ann it is']);
    expect(inScene(ann)).toEqual({ current: 'step', state: { from: 'start', name: 'Ann' } });
  });

  it('keep their state when they are reentered', async () => {
    const ann = talk();
    await ann.say('/start');
    await ann.say('Ann');
    expect(await ann.say('again')).toEqual(['Bye, Ann', 'Name? {"from":"start","name":"Ann"}']);
  });

  it('run the leave handler on `leave`, but not on `reset`', async () => {
    const ann = talk();
    await ann.say('/start');
    expect(await ann.say('out')).toEqual(['Bye, nobody']);
    expect(await ann.say('hello')).toEqual(['outside']);
    await ann.say('/start');
    expect(await ann.say('forget')).toEqual([]);
    expect(inScene(ann)).toEqual({});
  });

  it('stay as they were if a turn that left one fails', async () => {
    const ann = talk();
    await ann.say('/start');
    const before = ann.stored;
    await expect(ann.say('break')).rejects.toThrow('broken');
    expect(ann.stored).toBe(before);
    expect(await ann.say('Ann')).toEqual(['Ann it is']);
  });

  it('end without a message when their time to live is over', async () => {
    const ann = talk({ ttl: 60 });
    await ann.say('/start');
    const scene = inScene(ann) as { expires: number };
    expect(scene.expires).toBeGreaterThan(past() + 50);
    const late = talk({}, JSON.stringify({ __scenes: { ...scene, expires: past() } }));
    expect(await late.say('Ann')).toEqual(['outside']);
    expect(inScene(late)).toEqual({});
  });

  it('can start with a default scene', async () => {
    const ann = talk({ default: 'age' });
    expect(await ann.say('36')).toEqual(['undefined is 36']);
    await ann.say('/start');
    await ann.say('out');
    expect(await ann.say('37')).toEqual(['undefined is 37']);
  });

  it('start empty and store nothing in an update without a session', async () => {
    const stage = new Scenes.Stage<SceneContext>(scenes());
    stage.command('start', (ctx) => ctx.scene.enter('step'));
    const withoutUser = talkTo(withSession<SceneContext>(stage), undefined, {
      sessionKey: undefined,
    });
    expect(await withoutUser.say('/start')).toEqual(['Name? {}']);
    expect(withoutUser.stored).toBeUndefined();
  });
});

describe("the scene's state", () => {
  it('is lost when another scene is entered with `enter`', async () => {
    const ann = talk();
    await ann.say('/start');
    await ann.say('Ann');
    expect(await ann.say('lost')).toEqual(['Bye, Ann', 'Age of {}?']);
  });

  it.each([
    ['kept', '{"from":"start","name":"Ann"}'],
    ['over', '{"from":"start","name":"Ann","colour":"blue"}'],
  ])('is passed to the next scene by `handOver` (%s)', async (how, state) => {
    const ann = talk();
    await ann.say('/start');
    await ann.say('Ann');
    expect(await ann.say(how)).toEqual(['Bye, Ann', `Age of ${state}?`]);
    expect(await ann.say('36')).toEqual(['Ann is 36']);
    expect(inScene(ann)).toEqual({});
  });

  it('is lost on leaving, unlike the session', async () => {
    const ann = talk();
    await ann.say('/start');
    await ann.say('Ann');
    await ann.say('out');
    expect(JSON.parse(ann.stored!)).toEqual({ visits: 1, __scenes: {} });
  });

  it('throws when it is used outside of scenes', async () => {
    const ann = talk();
    await expect(ann.say('/state')).rejects.toThrow('no scene state outside of a scene');
    await ann.say('/start');
    expect(await ann.say('/state')).toEqual(['{"from":"start"}']);
  });

  it('loses fields that do not fit their schema', async () => {
    const old = { __scenes: { current: 'step', state: { name: 7, colour: 'red' } } };
    expect(await talk({}, JSON.stringify(old)).say('/state')).toEqual(['{"colour":"red"}']);
  });
});
