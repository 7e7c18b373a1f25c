import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { commands, createBot, type BotPorts } from '@chatlane/bot';
import { loadBot } from './load-bot.js';

const folder = mkdtempSync(join(tmpdir(), 'chatlane-bot-'));
const telegraf = JSON.stringify(createRequire(import.meta.url).resolve('telegraf'));
const aComposer = `import telegraf from ${telegraf}; const made = new telegraf.Composer();`;

afterAll(() => rmSync(folder, { recursive: true }));

/** The tests use only the name. */
const ports = { name: 'chatlane' } as BotPorts;

let written = 0;
function write(source: string, ending = 'mjs'): string {
  written += 1;
  const path = join(folder, `bot-${written}.${ending}`);
  writeFileSync(path, source);
  return path;
}

describe('the bot that a worker runs', () => {
  it('is the bot of @chatlane/bot when BOT_MODULE is not set', async () => {
    const bot = await loadBot(undefined);
    expect(bot.create).toBe(createBot);
    expect(bot.commands).toBe(commands);
  });

  it.each([
    ['the default export', `${aComposer} export default made;`, 'mjs'],
    ['the export `bot`', `${aComposer} export const bot = made;`, 'mjs'],
    [
      '`bot` beside a default export of another kind',
      `${aComposer} export { made as bot }; export default {};`,
      'mjs',
    ],
    [
      '`module.exports` of a CommonJS module',
      `module.exports = new (require(${telegraf}).Composer)();`,
      'cjs',
    ],
    ['`bot` of a CommonJS module', `exports.bot = new (require(${telegraf}).Composer)();`, 'cjs'],
    [
      'the default export of a module that TypeScript compiled to CommonJS',
      `exports.__esModule = true; exports.default = new (require(${telegraf}).Composer)();`,
      'cjs',
    ],
  ])('is %s', async (_, source, ending) => {
    const bot = await loadBot(write(source, ending));
    expect((await bot.create(ports)).middleware()).toBeInstanceOf(Function);
    expect(bot.commands).toBeUndefined();
  });

  it.each([
    [
      'mjs',
      `${aComposer} export { made as bot }; export const commands = [{ command: 'go', description: 'Go' }];`,
    ],
    [
      'cjs',
      `exports.bot = new (require(${telegraf}).Composer)(); exports.commands = [{ command: 'go', description: 'Go' }];`,
    ],
  ])('may export commands (%s)', async (ending, source) => {
    const bot = await loadBot(write(source, ending));
    expect(bot.commands).toEqual([{ commands: [{ command: 'go', description: 'Go' }] }]);
  });

  it('may export commands for a scope and a language', async () => {
    const lists = `[{ commands: [], scope: { type: 'all_group_chats' }, language_code: 'de' }]`;
    const bot = await loadBot(
      write(`${aComposer} export { made as bot }; export const commands = ${lists};`),
    );
    expect(bot.commands).toEqual([
      { commands: [], scope: { type: 'all_group_chats' }, language_code: 'de' },
    ]);
  });

  it('is created with the ports of the worker', async () => {
    const bot = await loadBot(
      write(`${aComposer} export const createBot = ({ name }) => Object.assign(made, { name });`),
    );
    expect(await bot.create(ports)).toMatchObject({ name: 'chatlane' });
  });

  it('may be created asynchronously, and must be a Composer', async () => {
    const slow = write(`${aComposer} export const createBot = async () => made;`);
    const bot = await loadBot(slow);
    expect((await bot.create(ports)).middleware()).toBeInstanceOf(Function);
    const faulty = await loadBot(write('export const createBot = async () => 1;'));
    await expect(faulty.create(ports)).rejects.toThrow('must return a Telegraf Composer.');
  });

  it('is resolved relative to the current directory', async () => {
    const path = relative(process.cwd(), write(`${aComposer} export default made;`));
    await expect(loadBot(path)).resolves.toBeDefined();
  });

  it.each([
    ['no such export', 'export const robot = 1;'],
    ['something else', 'export default (ctx) => ctx.reply("hi");'],
    ['nothing', 'export default null;'],
  ])('cannot be a module with %s', async (_, source) => {
    const path = write(source);
    await expect(loadBot(path)).rejects.toThrow(
      `BOT_MODULE: ${path} has no Telegraf Composer as its default export or as \`bot\`, and no \`createBot\`.`,
    );
  });

  it('may export schedules, as a list or a function that gets the ports', async () => {
    const schedule = `{ name: 'a', cron: '0 9 * * *', timeZone: 'UTC', handler() {} }`;
    const withSchedules = async (value: string) => {
      const exported = `${aComposer} export { made as bot }; export const schedules = ${value};`;
      return (await loadBot(write(exported))).schedules({ name: 'a' } as never);
    };
    expect(await withSchedules(`[${schedule}]`)).toMatchObject([{ name: 'a' }]);
    expect(await withSchedules(`({ name }) => [{ ...${schedule}, name }]`)).toHaveLength(1);
    expect(
      (await loadBot(write(`${aComposer} export { made as bot };`))).schedules({} as never),
    ).toEqual([]);
    for (const faulty of [`'daily'`, '[{}]', '() => undefined']) {
      await expect(withSchedules(faulty)).rejects.toThrow(
        'the export `schedules` must be a list of schedule(name, cron, handler)',
      );
    }
  });

  it('may export the delivery of its calls, which is validated', async () => {
    const withDelivery = (value: string) =>
      loadBot(write(`${aComposer} export { made as bot }; export const delivery = ${value};`));
    expect((await withDelivery(`{ sendInvoice: 'at-most-once' }`)).delivery).toEqual({
      sendInvoice: 'at-most-once',
    });
    for (const faulty of [`{ sendInvoice: 'once' }`, `'at-most-once'`, 'null']) {
      await expect(withDelivery(faulty)).rejects.toThrow('must map each method to one of');
    }
  });
});
