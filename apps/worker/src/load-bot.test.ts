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

/** Nothing of it is used here. */
const ports = { name: 'chatlane' } as BotPorts;

let written = 0;
function write(source: string, ending = 'mjs'): string {
  written += 1;
  const path = join(folder, `bot-${written}.${ending}`);
  writeFileSync(path, source);
  return path;
}

describe('the bot that a worker runs', () => {
  it('is that of Chatlane when BOT_MODULE names no other', async () => {
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
    ['what a CommonJS module is', `module.exports = new (require(${telegraf}).Composer)();`, 'cjs'],
    ['`bot` of a CommonJS module', `exports.bot = new (require(${telegraf}).Composer)();`, 'cjs'],
    [
      'the default export that TypeScript made CommonJS',
      `exports.__esModule = true; exports.default = new (require(${telegraf}).Composer)();`,
      'cjs',
    ],
  ])('is %s', async (_, source, ending) => {
    const bot = await loadBot(write(source, ending));
    expect(bot.create(ports).middleware()).toBeInstanceOf(Function);
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
  ])('brings its commands along (%s)', async (ending, source) => {
    const bot = await loadBot(write(source, ending));
    expect(bot.commands).toEqual([{ commands: [{ command: 'go', description: 'Go' }] }]);
  });

  it('brings commands for a scope and a language along', async () => {
    const lists = `[{ commands: [], scope: { type: 'all_group_chats' }, language_code: 'de' }]`;
    const bot = await loadBot(
      write(`${aComposer} export { made as bot }; export const commands = ${lists};`),
    );
    expect(bot.commands).toEqual([
      { commands: [], scope: { type: 'all_group_chats' }, language_code: 'de' },
    ]);
  });

  it('is made with the ports of the worker', async () => {
    const bot = await loadBot(
      write(`${aComposer} export const createBot = ({ name }) => Object.assign(made, { name });`),
    );
    expect(bot.create(ports)).toMatchObject({ name: 'chatlane' });
  });

  it('is looked for from the current folder', async () => {
    const path = relative(process.cwd(), write(`${aComposer} export default made;`));
    await expect(loadBot(path)).resolves.toBeDefined();
  });

  it('cannot be a file that is not there', async () => {
    const path = join(folder, 'nowhere.mjs');
    await expect(loadBot(path)).rejects.toThrow(`BOT_MODULE: ${path} cannot be loaded.`);
  });

  it('cannot be a module that throws, and the cause is kept', async () => {
    const path = write(`throw new Error('no database');`);
    await expect(loadBot(path)).rejects.toMatchObject({
      message: `BOT_MODULE: ${path} cannot be loaded.`,
      cause: { message: 'no database' },
    });
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

  it('says how its calls are delivered, and refuses what is not a way to deliver', async () => {
    const withDelivery = (value: string) =>
      loadBot(write(`${aComposer} export { made as bot }; export const delivery = ${value};`));
    expect((await withDelivery(`{ sendInvoice: 'at-most-once' }`)).delivery).toEqual({
      sendInvoice: 'at-most-once',
    });
    for (const faulty of [`{ sendInvoice: 'once' }`, `'at-most-once'`, 'null']) {
      await expect(withDelivery(faulty)).rejects.toThrow('must give for each method one of');
    }
  });
});
