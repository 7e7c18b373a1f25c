import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppStartError } from '@chatlane/processes';
import { until } from '../telegram.testkit.js';
import { startWorkerSystem, type WorkerSystem } from '../worker.testkit.js';

let system: WorkerSystem;
const folder = mkdtempSync(join(tmpdir(), 'chatlane-module-'));

beforeAll(async () => {
  system = await startWorkerSystem('await ctx.reply(text)');
});

afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
});

function write(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

/** The terminal's line and the log's line of a worker that fails to load the module. */
async function refusalOf(BOT_MODULE: string) {
  const failed = await system.startWorker({ BOT_MODULE }).catch((error: unknown) => error);
  if (!(failed instanceof AppStartError)) throw new Error('the worker has started');
  expect(failed.end.code).toBe(1);
  const lines = failed.output.split('\n');
  const log = lines.find((line) => line.includes('"could not start"')) ?? '{}';
  const { err } = JSON.parse(log) as { err?: { message: string } };
  return {
    terminal: lines.find((line) => line.startsWith('worker could not start')),
    log: err?.message,
    output: failed.output,
  };
}

describe('a bot module that cannot be loaded', () => {
  it.each(['mjs', 'cjs', 'ts'])(
    'is reported with the place of its syntax error (%s)',
    async (end) => {
      const path = write(`syntax.${end}`, 'const one = 1;\nconst two = 2;\n  const = 3;\n');
      const { terminal, log } = await refusalOf(path);
      expect(terminal).toContain(`BOT_MODULE: ${path} cannot be loaded: `);
      // esbuild counts columns from 0.
      expect(terminal).toMatch(new RegExp(`syntax\\.${end}:3:[89]\\b`));
      expect(log).toBe(terminal?.replace('worker could not start: ', ''));
      expect(terminal).not.toContain('.: ');
    },
  );

  it('is reported with the place of a syntax error in a file that it imports', async () => {
    write('inner.mjs', 'export const a = 1;\nexport default {;\n');
    const path = write('outer.mjs', `import './inner.mjs';\n`);
    expect((await refusalOf(path)).terminal).toContain(`(${join(folder, 'inner.mjs')}:2:17)`);
  });

  it('is reported with the line that throws', async () => {
    const path = write('throws.mjs', `\nthrow new Error('no database');`);
    const { terminal } = await refusalOf(path);
    expect(terminal).toContain(`${path} cannot be loaded: no database (${path}:2:7)`);
  });

  it('is refused before anything starts if the file does not exist', async () => {
    const { terminal, output } = await refusalOf('bots/nowhere.mjs');
    const resolved = join(process.cwd(), 'bots/nowhere.mjs');
    expect(terminal).toBe(
      `worker could not start: BOT_MODULE: there is no file ${resolved}, which bots/nowhere.mjs resolves to.`,
    );
    expect(output).not.toContain('"ready"');
  });
});

describe('a bot module in TypeScript', () => {
  it.each(['module', undefined])('runs (type: %s)', async (type) => {
    const name = type ?? 'none';
    const place = join(folder, name);
    mkdirSync(place);
    const telegraf = createRequire(import.meta.url).resolve('telegraf');
    write(join(name, 'package.json'), JSON.stringify({ type }));
    write(join(name, 'words.ts'), `export const words: string = 'typed in ${name}';`);
    const path = write(
      join(name, 'bot.ts'),
      `import { Composer, type Context } from ${JSON.stringify(telegraf)};
      import { words } from './words.ts';
      const bot: Composer<Context> = new Composer();
      bot.on('message', (ctx) => ctx.reply(words as string));
      export default bot;`,
    );
    const worker = await system.startWorker({ BOT_MODULE: path });
    await system.push(1, name.length, 'hi');
    await until(() => system.telegram.texts().includes(`typed in ${name}`));
    await worker.stop();
  });

  it('runs with its own tsx, which supports what Node.js does not', async () => {
    const place = join(folder, 'own-tsx');
    mkdirSync(join(place, 'node_modules/tsx'), { recursive: true });
    const { resolve } = createRequire(import.meta.url);
    for (const kind of ['esm', 'cjs']) {
      const real = resolve(`tsx/${kind}/api`).replace(/cjs$/, 'mjs');
      write(
        `own-tsx/node_modules/tsx/${kind}.mjs`,
        `console.log('own ${kind}'); export * from ${JSON.stringify(real)};`,
      );
      write(`own-tsx/node_modules/tsx/${kind}.cjs`, '');
    }
    const exports = { './esm/api': './esm.cjs', './cjs/api': './cjs.cjs' };
    write('own-tsx/node_modules/tsx/package.json', JSON.stringify({ name: 'tsx', exports }));
    const path = write(
      'own-tsx/bot.ts',
      `import { Composer } from ${JSON.stringify(resolve('telegraf'))};
      enum Words { hello = 'an enum' }
      const bot = new Composer();
      bot.on('message', (ctx) => ctx.reply(Words.hello));
      export default bot;`,
    );
    const worker = await system.startWorker({ BOT_MODULE: path });
    await system.push(2, 77, 'hi');
    await until(() => system.telegram.texts().includes('an enum'));
    expect(worker.output()).toContain('own esm');
    expect(worker.output()).toContain('own cjs');
    await worker.stop();
  });
});
