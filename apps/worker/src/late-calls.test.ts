import { until } from './telegram.testkit.js';
import { openAuthorsFolder, type AuthorsFolder } from './telegraf/own-telegraf.testkit.js';

let author: AuthorsFolder;

const source = `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { Telegraf, session } from 'telegraf';
  const bot = new Telegraf(process.env.BOT_TOKEN);
  bot.use(session({ defaultSession: () => ({ count: 0 }) }));
  const late = (act) => setTimeout(() => { console.log('late'); act(); }, 300);
  bot.hears('reply', async (ctx) => {
    await ctx.reply('now');
    late(() => ctx.reply('a private word'));
  });
  bot.hears('telegram', async (ctx) => {
    await ctx.reply('now');
    sleep(300).then(() => late(() => ctx.telegram.sendMessage(ctx.chat.id, 'a private word')));
  });
  bot.hears('session', async (ctx) => {
    await ctx.reply('now');
    late(() => (ctx.session.count = 99));
  });
  bot.hears('client', async (ctx) => {
    await ctx.reply('now');
    late(() => bot.telegram.sendMessage(ctx.chat.id, 'sent'));
  });
  bot.hears('later', async (ctx) => {
    await ctx.reply('now');
    late(() => ctx.later(1_000, 'reminder'));
  });
  bot.hears('in time', async (ctx) => { await ctx.reply(String(ctx.session.count)); });
  bot.hears('too long', async (ctx) => {
    await ctx.reply('now');
    await new Promise((end) => ctx.turn.signal.addEventListener('abort', end));
    await ctx.reply('a private word').catch(() => ctx.turn.signal.aborted);
  });
  export default bot;`;

/** The line of the source on which a text is found. */
function lineOf(text: string): number {
  return source.split('\n').findIndex((line) => line.includes(text)) + 1;
}

/** The log lines about late calls, each as its message and its place. */
function warnings(): { lane?: string; msg: string; at: string }[] {
  return author
    .output()
    .split('\n')
    .filter((line) => line.includes('what is to happen after its turn'))
    .map((line) => JSON.parse(line) as { msg: string; at: string });
}

beforeAll(async () => {
  author = await openAuthorsFolder();
  await author.run(source, {
    name: 'late.mjs',
    env: { TURN_TIMEOUT_MS: '1500', MAX_ATTEMPTS: '1' },
  });
});
afterAll(() => author[Symbol.asyncDispose]());

describe('what a handler does after its turn', () => {
  it.each([
    [
      'reply',
      'sendMessage was called after its turn had ended, and was not sent.',
      'late(() => ctx.reply',
    ],
    ['telegram', 'sendMessage was called after', 'ctx.telegram.sendMessage'],
    ['session', 'ctx.session was used after its turn had ended, and is not saved.', '= 99'],
    ['client', 'it was sent at once, outside of the chat', 'bot.telegram.sendMessage'],
    ['later', 'The turn has ended: it can no longer stage entries.', 'ctx.later(1_000'],
  ])('is logged once with its place and the remedy: %s', async (text, problem, code) => {
    const place = `${author.path}/late.mjs:${lineOf(code)}:`;
    const lateCalls = () => author.output().match(/^late$/gm)?.length ?? 0;
    const before = lateCalls();
    await author.ask(text, { chat: 1_300 });
    await author.ask(text, { chat: 1_300 });
    await until(() => lateCalls() === before + 2);
    const ofPlace = warnings().filter(({ at }) => at.startsWith(place));
    expect(ofPlace).toHaveLength(1);
    expect(ofPlace[0]!.msg).toContain(problem);
    expect(ofPlace[0]!.msg).toContain('use ctx.later() for what is to happen after its turn');
  });

  it("changes nothing, and users' texts are not logged", async () => {
    expect(await author.ask('in time', { chat: 1_300 })).toEqual(['0']);
    expect(author.telegram.texts()).not.toContain('a private word');
    expect(author.output()).not.toContain('a private word');
  });

  it('is not logged for a turn that was aborted', async () => {
    const before = warnings().length;
    await author.ask('too long', { chat: 1_301 });
    await until(() => author.output().includes('an event was given up'));
    expect(warnings()).toHaveLength(before);
  });
});
