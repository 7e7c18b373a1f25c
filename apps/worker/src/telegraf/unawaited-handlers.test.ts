import { until } from '../telegram.testkit.js';
import { openAuthorsFolder, type AuthorsFolder } from './own-telegraf.testkit.js';

let author: AuthorsFolder;

beforeAll(async () => {
  author = await openAuthorsFolder();
});
afterEach(() => author.stopWorkers());
afterAll(() => author[Symbol.asyncDispose]());

const bot = (code: string): string => `
  const { setTimeout: sleep } = require('node:timers/promises');
  const { Telegraf, Scenes, session } = require('telegraf');
  const bot = new Telegraf(process.env.BOT_TOKEN);
  ${code}
  module.exports = bot;`;

function times(part: string): number {
  return author.output().split(part).length - 1;
}

describe('a next() that is not awaited', () => {
  it.each([
    ['in front of the session', (use: string, session: string) => use + session],
    ['behind the session', (use: string, session: string) => session + use],
  ])('is waited for, so that its session is saved, %s', async (where, order) => {
    const use = `bot.use((ctx, next) => { next(); });\n`;
    const session = `bot.use(session({ defaultSession: () => ({ count: 0 }) }));\n`;
    const handler = `bot.on('text', async (ctx) => {
      await sleep(200);
      ctx.session.count += 1;
      await ctx.reply(ctx.message.text + ' ' + ctx.session.count);
    });`;
    const name = `next-${where.length}.cjs`;
    await author.run(bot(order(use, session) + handler), { workers: 2, name });
    const chat = 1_000 + where.length;
    expect(await author.ask('first', { chat })).toEqual(['first 1']);
    void author.ask('second', { chat });
    expect(await author.ask('third', { chat, answers: 2 })).toEqual(['second 2', 'third 3']);
    const line = bot(order(use, session))
      .split('\n')
      .findIndex((each) => each.includes('next();'));
    const warning = new RegExp(
      `${name}:${line + 1}:\\d+ starts is not awaited: return or await next\\(\\)`,
    );
    const outputs = author.workers.map((worker) => worker.output().split(warning).length - 1);
    expect(outputs.filter((count) => count > 1)).toEqual([]);
    expect(outputs).toContain(1);
  });

  it('fails the turn, and not the worker, when its handler fails', async () => {
    await author.run(
      bot(`
      let attempts = 0;
      bot.catch((error, ctx) => { if (attempts > 2) return ctx.reply(error.message); throw error; });
      bot.use((ctx, next) => { next(); });
      bot.on('text', async () => {
        await sleep(50);
        throw new Error('attempt ' + (attempts += 1));
      });`),
      { name: 'fails.cjs' },
    );
    expect(await author.ask('go')).toEqual(['attempt 3']);
    expect(times('a turn failed')).toBe(2);
    expect(author.output()).not.toContain('unhandled rejection');
  });

  it('may have its own catch()', async () => {
    await author.run(
      bot(`
      bot.use((ctx, next) => { next().catch((error) => ctx.reply('caught ' + error.message)); });
      bot.on('text', async () => { await sleep(50); throw new Error('here'); });`),
      { name: 'catches.cjs' },
    );
    expect(await author.ask('go')).toEqual(['caught here']);
    await until(() => times('is not awaited') > 0);
    expect(author.output()).not.toContain('a turn failed');
  });
});

describe('a scene that is entered without being awaited', () => {
  it('is entered before the turn ends, however long that takes', async () => {
    await author.run(
      bot(`
      const scene = new Scenes.BaseScene('name');
      scene.enter(async (ctx) => { await sleep(100); await ctx.reply('Name?'); });
      scene.on('text', (ctx) => ctx.reply('Hello ' + ctx.message.text));
      bot.use(session());
      bot.use(new Scenes.Stage([scene]).middleware());
      bot.command('start', (ctx) => { ctx.scene.enter('name'); });`),
      { name: 'scene.cjs', workers: 2 },
    );
    const chat = 1_200;
    expect(await author.ask('/start', { chat })).toEqual(['Name?']);
    expect(await author.ask('Ann', { chat })).toEqual(['Hello Ann']);
  });
});
