import { until } from '../telegram.testkit.js';
import { openAuthorsFolder, type AuthorsFolder } from './own-telegraf.testkit.js';

let author: AuthorsFolder;

beforeAll(async () => {
  author = await openAuthorsFolder();
});
afterEach(() => author.stopWorkers());
afterAll(() => author[Symbol.asyncDispose]());

describe('the errors that a bot catches', () => {
  it("are instances of its own copy's TelegramError, with the usual fields and no secrets", async () => {
    await author.run(`
      import { Telegraf, TelegramError } from 'telegraf';
      const bot = new Telegraf(process.env.BOT_TOKEN);
      bot.on('text', async (ctx) => {
        try {
          await ctx.reply('refuse');
        } catch (error) {
          const { code, description, response, on } = error;
          const seen = [error instanceof TelegramError, code, response.error_code, description, on];
          await ctx.reply(JSON.stringify(seen));
        }
      });
      export default bot;`);
    const end = author.telegram.onCall(({ params }) =>
      params.text === 'refuse' ? { error: 403, description: 'Refused' } : undefined,
    );
    const [, seen] = await author.ask('go', { answers: 2, chat: 601 });
    expect(JSON.parse(seen!)).toEqual([
      true,
      403,
      403,
      'Refused',
      { method: 'sendMessage', payload: { chat_id: 601 } },
    ]);
    end();
  });

  it('can be asked for their code when Telegram has not responded', async () => {
    await author.run(`
      import { Telegraf } from 'telegraf';
      const bot = new Telegraf(process.env.BOT_TOKEN);
      bot.on('text', async (ctx) => {
        const file = { source: '/does/not/exist' };
        try {
          await ctx.replyWithDocument(file);
        } catch (error) {
          await ctx.reply('code ' + error.response.error_code);
        }
      });
      export default bot;`);
    expect(await author.ask('go')).toEqual(['code undefined']);
  });
});

describe('bot.catch', () => {
  const bot = (handler: string): string => `
    import { Telegraf, session } from 'telegraf';
    const bot = new Telegraf(process.env.BOT_TOKEN, { handlerTimeout: 5_000 });
    bot.catch(${handler});
    let attempts = 0;
    bot.use(session({ defaultSession: () => ({ kept: 0 }) }));
    bot.on('text', async (ctx) => {
      attempts += 1;
      if (ctx.message.text === 'next') {
        return ctx.reply('next ' + attempts + ', kept ' + ctx.session.kept);
      }
      ctx.session.kept += 1;
      throw new RangeError('attempt ' + attempts);
    });
    export default bot;`;

  it('handles an error, after which the event is done and its session unchanged', async () => {
    await author.run(bot(`(error, ctx) => ctx.reply('sorry: ' + error.message)`));
    expect(await author.ask('go', { chat: 611 })).toEqual(['sorry: attempt 1']);
    expect(await author.ask('next', { chat: 611 })).toEqual(['next 2, kept 0']);
    expect(author.output()).not.toContain('a turn failed');
    const parts = author.output().split('handlerTimeout of Telegraf is not used');
    expect(parts).toHaveLength(2);
  });

  it('may throw, after which the event has failed and is retried', async () => {
    const handler = `(error) => { if (attempts < 3) throw error; }`;
    await author.run(bot(handler));
    expect(await author.ask('go', { chat: 612, answers: 0 })).toEqual([]);
    expect(await author.ask('next', { chat: 612 })).toEqual(['next 4, kept 0']);
    const failures = author
      .output()
      .split('\n')
      .filter((line) => line.includes('a turn failed'));
    expect(failures.map((line) => JSON.parse(line) as object)).toMatchObject([
      { lane: 'c:612', attempt: 1, err: { type: 'RangeError', message: 'attempt 1' } },
      { lane: 'c:612', attempt: 2, err: { type: 'RangeError' } },
    ]);
  });
});

describe('bot.catch while something else is unreachable', () => {
  it('is not called while Telegram is unreachable, and the event is handled when Telegram works again', async () => {
    await author.run(`
      import { Telegraf } from 'telegraf';
      const bot = new Telegraf(process.env.BOT_TOKEN);
      bot.catch((error) => console.log('caught', error.name));
      bot.on('text', (ctx) => ctx.reply('answer to ' + ctx.message.text));
      export default bot;`);
    const chat = 621;
    let calls = 0;
    const comeBack = author.telegram.onCall(({ method }) => {
      if (method !== 'sendMessage') return undefined;
      calls += 1;
      return { error: 502 };
    });
    await author.ask('first', { chat, answers: 0 });
    // The client has given up at least once.
    await until(() => calls > 3);
    comeBack();
    await author.ask('second', { chat });
    await until(() => author.telegram.texts().includes('answer to second'));
    expect(author.telegram.texts().slice(-2)).toEqual(['answer to first', 'answer to second']);
    expect(author.output()).not.toContain('caught');
    expect(author.output()).not.toContain('an event was given up');
  });

  it('is not called while Redis is unreachable, and the event is handled again without counting an attempt', async () => {
    await author.run(
      `
      import { Telegraf } from 'telegraf';
      export const createBot = ({ redis }) => {
        const bot = new Telegraf(process.env.BOT_TOKEN);
        const options = { host: '127.0.0.1', port: 1, maxRetriesPerRequest: 0, retryStrategy: null };
        let attempts = 0;
        bot.catch((error) => console.log('caught', error.name));
        bot.on('text', async (ctx) => {
          attempts += 1;
          if (attempts < 3) await redis.duplicate(options).on('error', () => undefined).get('key');
          await ctx.reply('attempt ' + ctx.turn.attempt + ' of ' + attempts);
        });
        return bot;
      };`,
      { env: { MAX_ATTEMPTS: '1' } },
    );
    expect(await author.ask('go')).toEqual(['attempt 1 of 3']);
    expect(author.output()).not.toContain('caught');
  });
});

describe('a session that was never set', () => {
  it('is undefined as in Telegraf, and the log names the remedy', async () => {
    await author.run(
      `
      import { Telegraf, session } from 'telegraf';
      const bot = new Telegraf(process.env.BOT_TOKEN);
      bot.use(session());
      bot.on('text', async (ctx) => {
        await ctx.reply(String(ctx.session));
        ctx.session.step = 1;
      });
      export default bot;`,
      { env: { MAX_ATTEMPTS: '1' } },
    );
    expect(await author.ask('go')).toEqual(['undefined']);
    await until(() => author.output().includes('an event was given up'));
    expect(author.output()).toContain(
      'ctx.session is undefined until it is set. Pass session({ defaultSession: () => ({}) }), or write ctx.session ??= {} first.',
    );
  });
});
