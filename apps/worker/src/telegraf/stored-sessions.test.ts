import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppStartError } from '@chatlane/processes';
import { makeFolder, openAuthorsFolder, type AuthorsFolder } from './own-telegraf.testkit.js';

let author: AuthorsFolder;

beforeAll(async () => {
  author = await openAuthorsFolder();
});
afterEach(() => author.stopWorkers());
afterAll(async () => {
  await author[Symbol.asyncDispose]();
  for (const folder of others) rmSync(folder, { recursive: true });
});

const others: string[] = [];

/** Creates another repository. */
function makeOther(): string {
  const folder = makeFolder();
  others.push(folder);
  return folder;
}

const counting = (telegraf = 'telegraf'): string => `
  const { Telegraf, session } = require(${JSON.stringify(telegraf)});
  const bot = new Telegraf(process.env.BOT_TOKEN);
  bot.use(session({ defaultSession: () => ({ count: 0 }) }));
  bot.on('text', (ctx) => ctx.reply(String((ctx.session.count += 1))));
  module.exports = bot;`;

/** Counts the messages of several chats, so that both workers get some of each. */
async function expectToCount(): Promise<void> {
  for (const chat of [7_001, 7_002, 7_003].map((each) => each + author.telegram.calls().length)) {
    for (const wanted of ['1', '2', '3']) {
      expect(await author.ask('again', { chat })).toEqual([wanted]);
    }
  }
}

describe('session() of any copy of Telegraf', () => {
  it('is stored in the lanes, for a module that is reached by a symlink', async () => {
    const other = makeOther();
    writeFileSync(join(other, 'bot.cjs'), counting());
    symlinkSync(other, join(author.path, 'linked'));
    await author.run(`export { default } from './linked/bot.cjs';`, { workers: 2 });
    await expectToCount();
  });

  it('is stored in the lanes, for a module that another repository exports', async () => {
    const other = makeOther();
    writeFileSync(join(other, 'bot.cjs'), counting());
    await author.run(`export { default } from ${JSON.stringify(join(other, 'bot.cjs'))};`, {
      workers: 2,
    });
    await expectToCount();
  });

  it('is stored in the lanes, for a version without the export telegraf/session', async () => {
    const old = join(author.path, 'node_modules/telegraf-old');
    cpSync(join(author.path, 'node_modules/telegraf'), old, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(old, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    delete manifest.exports['./session'];
    writeFileSync(join(old, 'package.json'), JSON.stringify({ ...manifest, version: '4.12.2' }));
    await author.run(counting('telegraf-old'), { workers: 2, name: 'old.cjs' });
    await expectToCount();
  });

  it.each(['module', undefined])(
    'is stored in the lanes, for a bot in TypeScript (type: %s)',
    async (type) => {
      author.write(`types-${type}/package.json`, JSON.stringify({ type }));
      const source = `
      import { Composer, session, type Context } from 'telegraf';
      interface MyContext extends Context { session: { count: number } }
      const bot = new Composer<MyContext>();
      bot.use(session({ defaultSession: () => ({ count: 0 }) }));
      bot.on('text', (ctx) => ctx.reply(String((ctx.session.count += 1))));
      export default bot;`;
      await author.run(source, { workers: 2, name: `types-${type}/bot.ts` });
      await expectToCount();
    },
  );
});

describe('a bot whose copy of Telegraf cannot be prepared', () => {
  it('is refused with the reason, unless UNKNOWN_TELEGRAF lets it run', async () => {
    const bundled = join(author.path, 'node_modules/bundled');
    cpSync(join(author.path, 'node_modules/telegraf'), bundled, { recursive: true });
    writeFileSync(join(bundled, 'package.json'), '{ "name": "bundled", "main": "lib/index.js" }');
    const failed = await author
      .run(counting('bundled'), { name: 'bundled.cjs' })
      .catch((error: unknown) => error);
    expect((failed as AppStartError).output).toContain(
      "worker could not start: BOT_MODULE: the bot's copy of Telegraf is not a package that the worker can find",
    );
    const env = { UNKNOWN_TELEGRAF: 'run' };
    await author.run(counting('bundled'), { name: 'bundled.cjs', env });
    expect(await author.ask('hi')).toEqual(['1']);
    expect(author.output()).toContain('sessions stay in the memory of one worker');
  });

  it('is refused if only its session() is used, unless UNKNOWN_TELEGRAF lets it run', async () => {
    const bundled = join(author.path, 'node_modules/bundled-session');
    cpSync(join(author.path, 'node_modules/telegraf'), bundled, { recursive: true });
    writeFileSync(join(bundled, 'package.json'), '{ "name": "bundle", "main": "lib/session.js" }');
    const source = counting().replace('{ Telegraf, session }', '{ Telegraf }');
    const module = `const { session } = require('bundled-session'); ${source}`;
    const failed = await author
      .run(module, { name: 'foreign.cjs' })
      .catch((error: unknown) => error);
    expect((failed as AppStartError).output).toContain(
      'the copy of Telegraf whose session() the bot uses is not a package that the worker can find',
    );
    await author.run(module, { name: 'foreign.cjs', env: { UNKNOWN_TELEGRAF: 'run' } });
    expect(await author.ask('hi')).toEqual(['1']);
  });

  it('is refused if its version is too old, and the error names the version', async () => {
    const old = join(author.path, 'node_modules/telegraf-older');
    cpSync(join(author.path, 'node_modules/telegraf'), old, { recursive: true });
    const manifest = '{ "name": "telegraf", "version": "4.8.1", "main": "lib/index.js" }';
    writeFileSync(join(old, 'package.json'), manifest);
    const failed = await author
      .run(counting('telegraf-older'), { name: 'older.cjs' })
      .catch((error: unknown) => error);
    expect((failed as AppStartError).output).toContain('is version 4.8.1. Update it to 4.11');
  });
});

describe('the store of a session()', () => {
  it.each([
    ['a Map', 'new Map()', true],
    ['an object', '{ get: (key) => db[key], set: (key, value) => (db[key] = value) }', true],
    ['one outside of the process', '{ get: async () => undefined, set: async () => {} }', false],
  ])('causes a warning at the start if it is in memory: %s', async (_, store, warns) => {
    await author.run(`
      import { Telegraf, session } from 'telegraf';
      const db = {};
      const bot = new Telegraf(process.env.BOT_TOKEN);
      bot.use(session({ store: ${store} }));
      export default bot;`);
    expect(author.output().includes('seems to be in the memory of this process')).toBe(warns);
  });

  it('causes a warning at the start if it is that of telegraf-session-local', async () => {
    author.write(
      'node_modules/telegraf-session-local/package.json',
      '{ "name": "telegraf-session-local", "main": "lib/session.js" }',
    );
    author.write('node_modules/telegraf-session-local/lib/session.js', '');
    await author.run(`
      import 'telegraf-session-local';
      import { Composer } from 'telegraf';
      export default new Composer();`);
    expect(author.output()).toContain('telegraf-session-local stores the sessions of each worker');
  });
});
