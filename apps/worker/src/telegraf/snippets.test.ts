import { openAuthorsFolder, type AuthorsFolder } from './own-telegraf.testkit.js';

let author: AuthorsFolder;
let chat = 900;

beforeAll(async () => {
  author = await openAuthorsFolder();
});
beforeEach(() => void (chat += 1));
afterEach(() => author.stopWorkers());
afterAll(() => author[Symbol.asyncDispose]());

/**
 * Runs a bot as tutorials write it. `code` may use `bot`, `session`, and `stage`, which holds the
 * scenes listed in `names`.
 */
function run(code: string, { workers = 2, scenes = '', names = '' } = {}): Promise<void> {
  return author.run(
    `
    const { Telegraf, Scenes, session } = require('telegraf');
    const bot = new Telegraf(process.env.BOT_TOKEN);
    ${scenes}
    const stage = new Scenes.Stage([${names}]);
    ${code}
    bot.launch();
    module.exports = bot;`,
    { workers, name: `snippet-${chat}.cjs` },
  );
}

const ask = (text: string, answers = 1): Promise<string[]> => author.ask(text, { chat, answers });

describe("a tutorial's bot on two workers", () => {
  it('stores the current step in its session, and clears it', async () => {
    await run(`
      bot.use(session({ defaultSession: () => ({}) }));
      bot.command('start', (ctx) => {
        ctx.session.step = 1;
        ctx.reply('Name?');
      });
      bot.on('text', (ctx) => {
        if (ctx.session.step === 1) {
          ctx.session.name = ctx.message.text;
          ctx.session.step = 2;
          ctx.reply('Age?');
        } else if (ctx.session.step === 2) {
          ctx.reply(ctx.session.name + ' is ' + ctx.message.text);
          ctx.session = null;
        } else ctx.reply(JSON.stringify(ctx.session));
      });`);
    expect(await ask('/start')).toEqual(['Name?']);
    expect(await ask('Ann')).toEqual(['Age?']);
    expect(await ask('36')).toEqual(['Ann is 36']);
    expect(await ask('more')).toEqual(['{}']);
  });

  const nameScene = `
    const nameScene = new Scenes.BaseScene('name');
    nameScene.enter((ctx) => ctx.reply('Name?'));`;
  const ageScene = `
    const ageScene = new Scenes.BaseScene('age');
    ageScene.enter((ctx) => ctx.reply('Age?'));
    ageScene.on('text', (ctx) => {
      ctx.reply(ctx.scene.state.name + ' is ' + ctx.message.text);
      ctx.scene.leave();
    });`;
  const start = `
    bot.use(session());
    bot.use(stage.middleware());
    bot.command('start', (ctx) => { ctx.scene.enter('name'); });
    bot.on('text', (ctx) => ctx.reply('no scene'));`;

  it.each([
    ['with the state that it passes on', `, ctx.scene.state`, 'Ann is 36'],
    ['with an empty state if it passes on none', '', 'undefined is 36'],
  ])('goes from scene to scene %s', async (_, state, answer) => {
    const handOver = `
      nameScene.on('text', (ctx) => {
        ctx.scene.state.name = ctx.message.text;
        ctx.scene.enter('age'${state});
      });`;
    await run(start, { scenes: nameScene + handOver + ageScene, names: 'nameScene, ageScene' });
    expect(await ask('/start')).toEqual(['Name?']);
    expect(await ask('Ann')).toEqual(['Age?']);
    expect(await ask('36')).toEqual([answer]);
    expect(await ask('more')).toEqual(['no scene']);
  });

  const wizard = `
    const wizard = new Scenes.WizardScene('register',
      (ctx) => { ctx.reply('Name?'); return ctx.wizard.next(); },
      (ctx) => { ctx.wizard.state.name = ctx.message.text; ctx.reply('Email?'); return ctx.wizard.next(); },
      (ctx) => { ctx.reply(ctx.wizard.state.name + ', ' + ctx.message.text); return ctx.scene.leave(); });`;
  const register = `
    bot.command('register', (ctx) => ctx.scene.enter('register'));
    bot.on('text', (ctx) => ctx.reply('said ' + (ctx.session.said = (ctx.session.said ?? 0) + 1)));`;

  it('clears the state of a wizard when it ends, but not the session', async () => {
    const code = `bot.use(session()); bot.use(stage.middleware()); ${register}`;
    await run(code.replace('session()', 'session({ defaultSession: () => ({}) })'), {
      scenes: wizard,
      names: 'wizard',
    });
    expect(await ask('hi')).toEqual(['said 1']);
    expect(await ask('/register')).toEqual(['Name?']);
    expect(await ask('Ann')).toEqual(['Email?']);
    expect(await ask('ann@example.org')).toEqual(['Ann, ann@example.org']);
    expect(await ask('hi')).toEqual(['said 2']);
    expect(await ask('/register')).toEqual(['Name?']);
  });

  it.each(['leave', 'reset'])('leaves a wizard with /cancel (ctx.scene.%s)', async (method) => {
    const code = `
      bot.use(session({ defaultSession: () => ({}) }));
      stage.command('cancel', (ctx) => { ctx.scene.${method}(); ctx.reply('Cancelled'); });
      bot.use(stage.middleware());
      ${register}`;
    await run(code, { scenes: wizard, names: 'wizard' });
    expect(await ask('/register')).toEqual(['Name?']);
    expect(await ask('/cancel')).toEqual(['Cancelled']);
    expect(await ask('hi')).toEqual(['said 1']);
  });

  it('keeps sessions in a store of its own outside of the process', async () => {
    author.write('db.json', '{}');
    await run(`
      const { readFile, writeFile } = require('node:fs/promises');
      const file = require.resolve('./db.json');
      const read = async () => JSON.parse(await readFile(file, 'utf8'));
      const store = {
        get: async (key) => (await read())[key],
        set: async (key, value) => writeFile(file, JSON.stringify({ ...(await read()), [key]: value })),
        delete: async (key) => writeFile(file, JSON.stringify({ ...(await read()), [key]: undefined })),
      };
      bot.use(session({ store, defaultSession: () => ({ count: 0 }) }));
      bot.on('text', (ctx) => ctx.reply(String((ctx.session.count += 1))));`);
    for (const wanted of ['1', '2', '3', '4']) expect(await ask('again')).toEqual([wanted]);
    expect(author.output()).not.toContain('in the memory of this process');
  });

  it('links to a file, and asks who the administrators are', async () => {
    // The chat is private and the file unknown, so Telegram would refuse both.
    const results: Record<string, unknown> = {
      getFile: { file_id: 'a-file', file_path: 'documents/a.pdf' },
      getChatAdministrators: [{ status: 'creator', user: { id: chat } }],
    };
    const end = author.telegram.onCall(({ method }) =>
      method in results ? { result: results[method] } : undefined,
    );
    await run(`
      bot.on('text', async (ctx) => {
        const link = await ctx.telegram.getFileLink('a-file');
        const admins = await ctx.getChatAdministrators();
        await ctx.reply(link.origin + ' ' + admins.some(({ user }) => user.id === ctx.from.id));
      });`);
    expect(await ask('go')).toEqual([`${author.telegram.url} true`]);
    end();
  });
});

describe("a tutorial's rate limit in a Map", () => {
  it('limits the messages that its own worker handles', async () => {
    const code = `
      const last = new Map();
      bot.use((ctx, next) => {
        if (Date.now() - (last.get(ctx.from.id) ?? 0) < 3_600_000) return;
        last.set(ctx.from.id, Date.now());
        return next();
      });
      bot.on('text', (ctx) => ctx.reply(ctx.message.text));`;
    await run(code, { workers: 1 });
    expect(await ask('first')).toEqual(['first']);
    await ask('second', 0);
    const other = await author.ask('of another', { chat: chat + 100 });
    expect(other).toEqual(['of another']);
    expect(author.telegram.texts()).not.toContain('second');
  });
});
