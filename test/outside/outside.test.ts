import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startApp, type AppProcess } from '@chatlane/processes';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { endAll, isAlive, launchIn, until, type Launched } from '../start/launched.js';
import { createPerson } from '../start/talk.js';
import { createAuthorsFolder, type AuthorsFolder } from './authors-folder.js';

let author: AuthorsFolder;

/** Answers with `word` and the number of the chat's messages. The message `slow` takes long on its first attempt. */
const counter = (word: string) => `
  import { existsSync, writeFileSync } from 'node:fs';
  import { session } from 'chatlane';
  import { Composer, type Context } from 'telegraf';

  interface Counting extends Context { session: { count: number } }
  const bot = new Composer<Counting>();
  bot.use(session({ defaultSession: () => ({ count: 0 }) }));
  bot.on('text', async (ctx) => {
    ctx.session.count += 1;
    if (ctx.message.text === 'slow' && !existsSync('slow.pid')) {
      writeFileSync('slow.pid', String(process.pid));
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    await ctx.reply('${word} ' + ctx.session.count);
  });
  export default bot;`;

beforeAll(async () => {
  author = await createAuthorsFolder();
  author.write('bot.ts', counter('one'));
}, 600_000);
afterEach(endAll);
afterAll(() => author.remove());

const start = (args: string[], env: Record<string, string> = {}): Launched =>
  launchIn(author.path, ['node_modules/.bin/chatlane', 'start', ...args], env);

const counts = (word: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${word} ${from + index}`);

describe('chatlane dev, installed in a folder of its own', () => {
  it('reloads a saved bot, and keeps the old code and all sessions when the new code is broken', async () => {
    const launched = launchIn(author.path, ['npx', 'chatlane', 'dev', '--port', '0']);
    const [, page] = await launched.see(/^Chatlane is ready\n[\s\S]*Open (\S+) [\s\S]*Stop: /m);
    const person = createPerson(page!, 901);
    const expected: string[] = [];
    async function says(answer: string): Promise<void> {
      expected.push(answer);
      await person.say('hello');
      await until(async () => (await person.answers()).length === expected.length);
      expect(await person.answers()).toEqual(expected);
    }
    await says('one 1');
    const guide = await fetch(new URL('/docs/documents/Your_first_bot.html', page));
    expect(await guide.text()).toContain('npx chatlane dev');

    author.write('bot.ts', counter('two'));
    await launched.see(/bot\.ts was saved: the new code runs/);
    await says('two 2');

    author.write('bot.ts', `${counter('three')}\n  const = 3;\n`);
    await launched.see(
      /bot\.ts was saved, but the old code still runs: \S+\/bot\.ts .*bot\.ts:\d+:\d+/,
    );
    await says('two 3');
    author.write('bot.ts', `${counter('three')}\nthrow new Error('no database');\n`);
    await launched.see(/the old code still runs: .*no database \(\S+bot\.ts:\d+:\d+\)/);
    await says('two 4');

    author.write('bot.ts', counter('four'));
    await launched.see(/new code runs[\s\S]*new code runs/);
    await says('four 5');

    const status = launchIn(author.path, ['npx', 'chatlane', 'ops', 'status']);
    expect(await status.exited).toBe(0);
    expect(status.output()).toMatch(/^workers +1 /m);

    const pids = Object.values(launched.pids());
    launched.signal('SIGTERM');
    await launched.exited;
    await until(() => !pids.some(isAlive));
  });
});

describe('create-chatlane', () => {
  const create = (...args: string[]): Launched =>
    launchIn(author.path, ['npx', 'create-chatlane', ...args]);

  it('writes a bot whose test passes, whose types are right, and that runs', async () => {
    const created = create('my-bot');
    expect(await created.exited).toBe(0);
    const folder = join(author.path, 'my-bot');
    // Its dependencies are those of the enclosing folder.
    const tested = launchIn(folder, ['npm', 'test']);
    await tested.see(/# pass 2\n# fail 0|pass 2\n.* fail 0/);
    expect(await tested.exited).toBe(0);
    const types = fileURLToPath(new URL('../../node_modules/@types', import.meta.url));
    const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
    const checked = launchIn(folder, [compiler, '--typeRoots', types]);
    expect([await checked.exited, checked.output()]).toEqual([0, '']);
    for (const file of ['.gitignore', '.dockerignore', '.env.example', 'Dockerfile']) {
      expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
    }
    const launched = launchIn(folder, ['npm', 'run', 'dev', '--', '--port', '0']);
    const [, page] = await launched.see(/^Chatlane is ready\n[\s\S]*Open (\S+) [\s\S]*Stop: /m);
    const person = createPerson(page!, 910);
    await person.say('/signup');
    await until(async () => (await person.answers()).includes('What is your name?'));
    launched.signal('SIGTERM');
    await launched.exited;
  });

  it('refuses a folder that is not empty, a file, and a missing name', async () => {
    for (const [args, code, words] of [
      [['node_modules'], 1, 'The folder node_modules is not empty; choose another one.'],
      [['package.json'], 1, 'package.json is a file.'],
      [[], 2, 'Name the folder of the new bot'],
    ] as const) {
      const created = create(...args);
      expect([await created.exited, created.output()]).toEqual([
        code,
        expect.stringContaining(words),
      ]);
    }
  });
});

describe('chatlane start', () => {
  const token = '4949:a-real-token-is-no-longer-than-this';
  let redis: RedisServer;
  let telegram: AppProcess;
  let url: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    author.write('bot.ts', counter('count'));
    redis = await startRedisServer();
    telegram = await startApp({
      app: 'playground',
      env: { PLAYGROUND_PORT: '0', OPS_PORT: '0', BOT_TOKEN: token },
    });
    url = `http://127.0.0.1:${telegram.ports.http}`;
    env = {
      BOT_TOKEN: token,
      REDIS_URL: redis.url,
      TELEGRAM_API_ROOT: url,
      OPS_PORT: '0',
      LEASE_MS: '2000',
    };
  });
  afterAll(async () => {
    await telegram.stop();
    await redis.stop();
  });

  it('names all missing settings at once', async () => {
    const launched = start(['nowhere.ts', '--role', 'worker,cook']);
    expect(await launched.exited).toBe(2);
    for (const setting of ['--role', 'BOT_TOKEN', 'REDIS_URL', 'BOT_MODULE']) {
      expect(launched.output()).toContain(`  ${setting}: `);
    }
  });

  it('keeps every chat in order, without a gap or a repetition, when a worker is killed', async () => {
    const port = String(await freePort());
    const startRole = (role: string) =>
      start(['--role', role], {
        ...env,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        INGRESS_PORT: port,
        WEBHOOK_SECRET: 'known-to-both',
      });
    const workers = [startRole('worker'), startRole('worker'), startRole('downloader')];
    await Promise.all(workers.map((worker) => worker.see(/"msg":"ready"/)));
    const ingress = startRole('ingress');
    await ingress.see(/Telegram sends updates to [\s\S]*"msg":"ready"/);

    const people = [902, 903, 904].map((id) => createPerson(url, id));
    const [first, ...others] = people;
    for (const text of ['a', 'b', 'slow', 'd', 'e']) await first!.say(text);
    const slow = join(author.path, 'slow.pid');
    await until(() => existsSync(slow) && readFileSync(slow, 'utf8') !== '');
    process.kill(Number(readFileSync(slow, 'utf8')), 'SIGKILL');
    for (const person of others)
      for (const text of ['a', 'b', 'c', 'd', 'e']) await person.say(text);
    for (const person of people) {
      await until(async () => (await person.answers()).length === 5);
      expect(await person.answers()).toEqual(counts('count', 1, 5));
    }
    for (const one of [ingress, ...workers]) one.signal('SIGTERM');
    await Promise.all([ingress, ...workers].map((one) => one.exited));
  });

  it('runs all roles in one process, which loses nothing when it is stopped', async () => {
    const person = createPerson(url, 905);
    for (const [from, to] of [
      [1, 4],
      [5, 8],
    ] as const) {
      const launched = start([], env);
      await launched.see(/"msg":"ready"/);
      for (let count = from; count <= to; count += 1) await person.say('hello');
      if (from > 1) await until(async () => (await person.answers()).length === to);
      launched.signal('SIGTERM');
      expect(await launched.exited).toBe(0);
      expect(launched.output().split('"msg":"stopped"')).toHaveLength(2);
    }
    expect(await person.answers()).toEqual(counts('count', 1, 8));
  });
});
