import { until } from '../telegram.testkit.js';
import { openAuthorsFolder, type AuthorsFolder } from './own-telegraf.testkit.js';

let author: AuthorsFolder;

beforeAll(async () => {
  author = await openAuthorsFolder();
});
afterEach(() => author.stopWorkers());
afterAll(() => author[Symbol.asyncDispose]());

/** The beginning of a bot's module. */
const start = `
  import { Telegraf, Telegram } from 'telegraf';
  const bot = new Telegraf(process.env.BOT_TOKEN);
  export default bot;`;

async function sentMessages(): Promise<number> {
  const { ports } = author.workers[0]!;
  const metrics = await (await fetch(`http://127.0.0.1:${ports.ops}/metrics`)).text();
  const lines = metrics
    .split('\n')
    .filter((line) => line.startsWith('chatlane_telegram_calls_total{'));
  return lines
    .filter((line) => line.includes('method="sendMessage"'))
    .reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

describe('the clients that a bot creates', () => {
  it('call Telegram through the worker while the module is loaded, in handlers and in timers', async () => {
    author.telegram.world.chats.ensurePrivate(501);
    await author.run(`${start}
      const me = await bot.telegram.getMe();
      await bot.telegram.sendMessage(501, 'loaded ' + me.username);
      bot.on('text', async (ctx) => {
        await bot.telegram.sendMessage(ctx.chat.id, 'from the bot');
        await new Telegram(process.env.BOT_TOKEN).sendMessage(ctx.chat.id, 'from a client');
        setTimeout(() => bot.telegram.sendMessage(ctx.chat.id, 'from a timer'), 300);
      });`);
    expect(author.telegram.texts()).toContain('loaded chatlane_playground_bot');
    expect(await author.ask('go', { answers: 3 })).toEqual([
      'from the bot',
      'from a client',
      'from a timer',
    ]);
    expect(await sentMessages()).toBe(4);
  });

  it('belong to the bot that runs even if the code has another token, and find files on its server', async () => {
    await author.run(`
      import { Telegraf } from 'telegraf';
      const bot = new Telegraf('987654321:' + 'B'.repeat(35));
      bot.on('text', async (ctx) => {
        const link = await bot.telegram.getFileLink({ file_id: 'a', file_path: 'photos/a.jpg' });
        await bot.telegram.sendMessage(ctx.chat.id, link.origin);
      });
      export default bot;`);
    expect(await author.ask('go')).toEqual([author.telegram.url]);
    expect(author.output()).toContain('new Telegraf() has the token of another bot');
  });

  it('keep the token of another bot if the worker does not run that bot', async () => {
    await author.run(`${start}
      const apiRoot = process.env.TELEGRAM_API_ROOT;
      const other = new Telegraf('987654321:' + 'B'.repeat(35), { telegram: { apiRoot } });
      bot.on('text', async (ctx) => {
        const failed = await other.telegram.sendMessage(ctx.chat.id, 'from another bot').catch((error) => error);
        await ctx.reply('refused with ' + failed.code);
      });`);
    // The simulator knows only the token of the bot itself.
    expect(await author.ask('go')).toEqual(['refused with 401']);
    expect(author.output()).not.toContain('has the token of another bot');
  });

  it('do not repeat calls that succeeded when a turn runs again', async () => {
    await author.run(`${start}
      let attempts = 0;
      bot.on('text', async (ctx) => {
        attempts += 1;
        await bot.telegram.sendMessage(ctx.chat.id, 'once');
        if (attempts === 1) throw new Error('first attempt');
        await ctx.reply('attempt ' + attempts);
      });`);
    expect(await author.ask('go', { answers: 2 })).toEqual(['once', 'attempt 2']);
  });

  it('wait when Telegram limits the bot, and do not fail the turn', async () => {
    await author.run(`${start}
      bot.on('text', (ctx) => bot.telegram.sendMessage(ctx.chat.id, 'after the wait'));`);
    let calls = 0;
    const end = author.telegram.onCall(({ method }) => {
      if (method !== 'sendMessage') return undefined;
      calls += 1;
      return calls === 1 ? { error: 429, parameters: { retry_after: 1 } } : undefined;
    });
    await author.ask('go', { answers: 2 });
    end();
    expect(calls).toBe(2);
    expect(author.output()).not.toContain('a turn failed');
  });

  it('are left unchanged if they belong to another bot', async () => {
    await author.run(`${start}
      const other = new Telegram('987654321:' + 'B'.repeat(35), {
        apiRoot: process.env.TELEGRAM_API_ROOT,
      });
      bot.on('text', (ctx) => other.sendMessage(ctx.chat.id, 'from another bot'));`);
    // The simulator knows only the token of the bot itself.
    await author.ask('go', { answers: 0 });
    await until(() => author.output().includes('a turn failed'));
    expect(author.output()).toContain('401: Unauthorized');
    expect(await sentMessages()).toBe(0);
  });
});
