import { rmSync } from 'node:fs';
import type { AppProcess } from '@chatlane/processes';
import { until } from '../bot-api.testkit.js';
import { startWorkerSystem, type WorkerSystem } from '../worker.testkit.js';
import { makeBotFolder, writeBot } from './own-telegraf.testkit.js';

const folder = makeBotFolder();
let system: WorkerSystem;
const workers: AppProcess[] = [];

beforeEach(async () => {
  system = await startWorkerSystem('');
});
afterEach(async () => {
  workers.length = 0;
  await system.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

let written = 0;

/** Starts workers with a bot whose module is in the folder. */
async function run(source: string, { count = 1, name = 'mjs' } = {}): Promise<void> {
  const BOT_MODULE = writeBot(folder, `bot-${(written += 1)}.${name}`, source);
  const started = await Promise.all(
    Array.from({ length: count }, () => system.startWorker({ BOT_MODULE })),
  );
  workers.push(...started);
}

let updateId = 100;

/** Says something in a chat, and waits for the given number of answers. */
async function ask(text: string, answers = 1, chat = 1): Promise<string[]> {
  const { api } = system;
  const before = api.texts().length;
  await system.push(chat, (updateId += 1), text);
  await until(() => api.texts().length >= before + answers);
  return api.texts().slice(before);
}

const output = (): string => workers.map((worker) => worker.output()).join('\n');

describe('a bot with its own copy of Telegraf', () => {
  it('may launch itself, at import time too, without receiving updates', async () => {
    await run(`
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
    expect(await ask('hello')).toEqual(['heard hello']);
    const methods = system.api.calls.map(({ method }) => method);
    expect(methods.filter((method) => /getUpdates|webhook/i.test(method))).toEqual([]);
    for (const name of ['launch', 'handleUpdate', 'createWebhook', 'webhookCallback', 'stop']) {
      const said = `${name}() of Telegraf does nothing in a worker`;
      expect(output().split(said)).toHaveLength(2);
    }
    expect(output()).toContain('refused getUpdates must not be called in a worker');
  });

  it.each([
    ['Composer', 'new Composer()'],
    ['Telegraf', `new Telegraf(process.env.BOT_TOKEN)`],
  ])('handles every message, with its own contexts and markup (%s)', async (_, made) => {
    await run(`
      import { Composer, Context, Markup, Telegraf } from 'telegraf';
      import { fmt, bold } from 'telegraf/format';
      const bot = ${made};
      const inner = new Composer();
      inner.on('text', async (ctx) => {
        await ctx.reply(fmt\`\${bold('own')} \${ctx instanceof Context}\`, Markup.removeKeyboard());
      });
      bot.use(inner);
      export default bot;`);
    expect(await ask('hello')).toEqual(['own true']);
    expect(system.api.calls.at(-1)?.body).toMatchObject({
      entities: [{ type: 'bold', offset: 0, length: 3 }],
      reply_markup: { remove_keyboard: true },
    });
  });

  it('may use a Composer of yet another copy', async () => {
    const other = makeBotFolder();
    writeBot(
      other,
      'index.js',
      `const { Composer } = require('telegraf');
      exports.echo = new Composer();
      exports.echo.on('text', (ctx) => ctx.reply('echo ' + ctx.message.text));`,
    );
    await run(`
      import { Telegraf } from 'telegraf';
      import { createRequire } from 'node:module';
      const bot = new Telegraf('');
      bot.use(createRequire(import.meta.url)(${JSON.stringify(other)}).echo);
      export default bot;`);
    expect(await ask('hello')).toEqual(['echo hello']);
    rmSync(other, { recursive: true });
  });
});
