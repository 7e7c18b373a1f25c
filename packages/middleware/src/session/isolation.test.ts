import { Composer, Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import type { SessionOptions } from './options.js';
import { session } from './session.js';
import { laneOf } from './turn.testkit.js';

interface Names {
  n: number;
  names: string[];
  inner: { list: string[] };
}
interface NamesContext extends TurnContext {
  session: Names;
  scene: Scenes.SceneContextScene<NamesContext & Scenes.SceneContext>;
}
type Options = SessionOptions<Names, NamesContext, 'session'>;

/** One bot in one worker. Each user's turns have their own lane. */
function botWith(options: Options, ...behind: Scenes.Stage<Scenes.SceneContext>[]) {
  const bot = new Composer<NamesContext>(session<NamesContext>(options));
  for (const stage of behind) bot.use(stage as never);
  const lanes = new Map<number, ReturnType<typeof laneOf>>();
  return {
    async turn(user: number, handle: (ctx: NamesContext) => unknown): Promise<void> {
      const lane = lanes.get(user) ?? laneOf();
      lanes.set(user, lane);
      const ctx = lane.context({ lane: `c:${user}`, sessionKey: `c:${user}:${user}` });
      await bot.middleware()(ctx as never, async () => void (await handle(ctx as never)));
      lane.commit();
    },
    store(user: number, content: object): void {
      lanes.set(user, laneOf({ [`c:${user}:${user}`]: JSON.stringify(content) }));
    },
    stored: (user: number): unknown =>
      JSON.parse(lanes.get(user)?.sessions.get(`c:${user}:${user}`) ?? 'null'),
  };
}

function write(name: string) {
  return (ctx: NamesContext): void => {
    ctx.session.n += 1;
    ctx.session.names.push(name);
    ctx.session.inner.list.push(name);
  };
}
function writeAndThrow(ctx: NamesContext): void {
  write('half')(ctx);
  throw new Error('on purpose');
}
const empty = (): Names => ({ n: 0, names: [], inner: { list: [] } });
const only = (name: string): Names => ({ n: 1, names: [name], inner: { list: [name] } });

const fields = { n: z.number(), names: z.array(z.string()) };
const inner = z.object({ list: z.array(z.string()) });
const users = [1, 2, 3];

describe('what a turn writes into its session', () => {
  it('does not reach other sessions that started from the same default object', async () => {
    const defaults = empty();
    const bot = botWith({ defaultSession: () => defaults });
    for (const user of users) await bot.turn(user, write(`${user}`));
    for (const user of users) expect(bot.stored(user)).toEqual(only(`${user}`));
    expect(defaults).toEqual(empty());
  });

  it('does not reach the default of the next attempt when the turn throws', async () => {
    const defaults = empty();
    const bot = botWith({ defaultSession: () => defaults });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await expect(bot.turn(1, writeAndThrow)).rejects.toThrow('on purpose');
    }
    await bot.turn(1, write('whole'));
    expect(bot.stored(1)).toEqual(only('whole'));
  });

  it.each([
    ['default', { n: 0, names: [] }, inner.default({ list: [] })],
    ['prefault', { n: 0, names: [] }, inner.prefault({ list: [] })],
    ['catch', { n: 0, names: [], inner: 'broken' }, inner.catch({ list: [] })],
  ])('does not reach the %s of the schema', async (_what, stored, innerSchema) => {
    const bot = botWith({ schema: z.object({ ...fields, inner: innerSchema }) });
    for (const user of users) bot.store(user, stored);
    await expect(bot.turn(1, writeAndThrow)).rejects.toThrow('on purpose');
    for (const user of users) await bot.turn(user, write(`${user}`));
    for (const user of users) expect(bot.stored(user)).toEqual(only(`${user}`));
  });

  it('does not reach an object in an in-memory store when the turn throws or has ended', async () => {
    const store = new Map<string, Names>();
    const bot = botWith({ store, defaultSession: empty });
    let left: NamesContext | undefined;
    await bot.turn(1, (ctx) => void write('first')((left = ctx)));
    await expect(bot.turn(1, writeAndThrow)).rejects.toThrow('on purpose');
    left?.session.names.push('late');
    expect([...store.values()]).toEqual([only('first')]);
  });

  it("does not reach the state object that a scene was entered with, nor the Stage's default", async () => {
    const enteredWith = { basket: { items: [] as string[] } };
    const stageDefault = { visits: { users: [] as string[] } };
    const scene = new Scenes.BaseScene<Scenes.SceneContext>('shop');
    const stage = new Scenes.Stage<Scenes.SceneContext>([scene], {
      defaultSession: stageDefault as never,
    });
    const bot = botWith({ defaultSession: empty }, stage);
    for (const user of users) {
      await bot.turn(user, async (ctx) => {
        (ctx.scene.session as never as typeof stageDefault).visits.users.push(`${user}`);
        await ctx.scene.enter('shop', enteredWith);
        (ctx.scene.state as typeof enteredWith).basket.items.push(`${user}`);
      });
    }
    for (const user of users) {
      expect(bot.stored(user)).toMatchObject({
        __scenes: { current: 'shop', state: { basket: { items: [`${user}`] } } },
      });
    }
    expect(enteredWith).toEqual({ basket: { items: [] } });
    expect(stageDefault).toEqual({ visits: { users: [] } });
  });

  it('is visible to every reader in the same turn', async () => {
    const defaults = empty();
    const bot = botWith({ defaultSession: () => defaults });
    await bot.turn(1, (ctx) => {
      const held = ctx.session;
      write('1')(ctx);
      expect(held).toBe(ctx.session);
      expect(held).toEqual(only('1'));
    });
  });
});
