import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppStartError } from '@chatlane/processes';
import { makeFolder, openAuthorsFolder, type AuthorsFolder } from './own-telegraf.testkit.js';

let author: AuthorsFolder;

beforeAll(async () => {
  author = await openAuthorsFolder();
});
afterEach(() => author.stopWorkers());
afterAll(() => author[Symbol.asyncDispose]());

describe('a bot with its own copy of Telegraf', () => {
  it('may launch itself, at import time too, without receiving updates', async () => {
    await author.run(`
      import { Telegraf } from 'telegraf';
      const bot = new Telegraf(process.env.BOT_TOKEN);
      bot.on('message', (ctx) => ctx.reply('heard ' + ctx.message.text));
      bot.launch();
      await bot.launch(() => undefined);
      bot.startPolling();
      await bot.handleUpdate({ update_id: 1, message: { text: 'direct' } });
      await bot.createWebhook({ domain: 'bot.example.org' });
      bot.webhookCallback('/hook');
      await bot.telegram.deleteWebhook();
      await bot.telegram.getUpdates().catch((error) => console.log('refused', error.message));
      bot.stop('SIGINT');
      export default bot;`);
    expect(await author.ask('hello')).toEqual(['heard hello']);
    const methods = author.telegram.calls().map(({ method }) => method);
    expect(methods.filter((method) => /getUpdates|webhook/i.test(method))).toEqual([]);
    for (const name of ['launch', 'handleUpdate', 'createWebhook', 'webhookCallback', 'stop']) {
      const line = `${name}() of Telegraf does nothing in a worker`;
      expect(author.output().split(line)).toHaveLength(2);
    }
    expect(author.output()).toContain('refused getUpdates must not be called in a worker');
  });

  it('needs no export if it is the only one', async () => {
    const launched = `
      const { Telegraf } = require('telegraf');
      const bot = new Telegraf(process.env.BOT_TOKEN);
      bot.on('text', (ctx) => ctx.reply('unchanged'));
      bot.launch();
      process.once('SIGINT', () => bot.stop('SIGINT'));`;
    await author.run(launched, { name: 'unchanged.cjs' });
    expect(await author.ask('hello')).toEqual(['unchanged']);
    await author.stopWorkers();
    await author.run(`${launched} new Telegraf('1:another');`, { name: 'notifier.cjs' });
    expect(await author.ask('hello')).toEqual(['unchanged']);
    const two = author.run(`${launched} new Telegraf('').launch();`, { name: 'two.cjs' });
    const { output } = (await two.catch(
      (error: unknown) => error as AppStartError,
    )) as AppStartError;
    expect(output).toContain('and creates 2 bots. Export one of them.');
  });

  it('may be created and get handlers once something else is ready, and knows itself when launched', async () => {
    await author.run(
      `
      import { Telegraf } from 'telegraf';
      import { setTimeout as sleep } from 'node:timers/promises';
      async function main() {
        await sleep(1_500);
        const bot = new Telegraf(process.env.BOT_TOKEN);
        bot.launch(() => {
          const { username } = bot.botInfo;
          setTimeout(() => bot.on('text', (ctx) => ctx.reply('I am ' + username)), 100);
        });
      }
      void main();`,
      { workers: 2 },
    );
    expect(await author.ask('hello')).toEqual(['I am chatlane_playground_bot']);
  });

  it('has options without an effect, which the log names with the setting to use', async () => {
    await author.run(`
      import { Agent } from 'node:https';
      import { Telegraf } from 'telegraf';
      const telegram = { agent: new Agent(), apiRoot: 'https://bots.example.org' };
      export default new Telegraf(process.env.BOT_TOKEN, { handlerTimeout: 1_000, telegram });`);
    for (const setting of ['HTTPS_PROXY', 'TELEGRAM_API_ROOT', 'TURN_TIMEOUT_MS']) {
      expect(author.output()).toMatch(new RegExp(`of Telegraf is not used: ${setting} `));
    }
  });

  it.each([
    ['Composer', 'new Composer()'],
    ['Telegraf', `new Telegraf(process.env.BOT_TOKEN)`],
  ])('handles every message, with its own contexts and markup (%s)', async (_, made) => {
    await author.run(`
      import { Composer, Context, Markup, Telegraf } from 'telegraf';
      import { fmt, bold } from 'telegraf/format';
      const bot = ${made};
      const inner = new Composer();
      inner.on('text', async (ctx) => {
        await ctx.reply(fmt\`\${bold('own')} \${ctx instanceof Context}\`, Markup.removeKeyboard());
      });
      bot.use(inner);
      export default bot;`);
    expect(await author.ask('hello')).toEqual(['own true']);
    expect(author.telegram.calls().at(-1)?.params).toMatchObject({
      entities: [{ type: 'bold', offset: 0, length: 3 }],
      reply_markup: { remove_keyboard: true },
    });
  });

  it('may use a Composer of yet another copy', async () => {
    const other = makeFolder();
    writeFileSync(
      join(other, 'index.js'),
      `const { Composer } = require('telegraf');
      exports.echo = new Composer();
      exports.echo.on('text', (ctx) => ctx.reply('echo ' + ctx.message.text));`,
    );
    await author.run(`
      import { Telegraf } from 'telegraf';
      import { createRequire } from 'node:module';
      const bot = new Telegraf('');
      bot.use(createRequire(import.meta.url)(${JSON.stringify(other)}).echo);
      export default bot;`);
    expect(await author.ask('hello')).toEqual(['echo hello']);
    rmSync(other, { recursive: true });
  });
});

describe("the README's module", () => {
  it('runs, with the connection and the commands that it names', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, source] = /```js\n([\s\S]*?)```/.exec(readme)!;
    await author.run(source!);
    const chat = 701;
    expect(await author.ask('/visits', { chat })).toEqual(['1']);
    expect(await author.ask('/visits', { chat })).toEqual(['2']);
    const menu = author.telegram.calls().find(({ method }) => method === 'setMyCommands');
    expect(menu?.params.commands).toEqual([{ command: 'visits', description: 'Counts visits' }]);
  });
});
