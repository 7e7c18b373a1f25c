import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBot } from './find-bot.js';

const before = process.cwd();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chatlane-find-')));

beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function find(named?: string): { path: string; faults: string[] } {
  const faults: string[] = [];
  return { path: findBot(named, (fault) => faults.push(fault)), faults };
}

describe('findBot', () => {
  it('prefers a named file to files with the usual names, and those to the main file of package.json', () => {
    expect(find().faults.join()).toContain('there is no bot.ts, bot.js, bot.mjs, src/bot.ts here');
    writeFileSync('package.json', JSON.stringify({ main: 'lib/start.js' }));
    expect(find().faults).toHaveLength(1);
    mkdirSync('lib');
    mkdirSync('src');
    for (const path of ['lib/start.js', 'src/bot.ts', 'bot.js', 'bot.ts']) {
      writeFileSync(path, '');
      expect(find()).toEqual({ path: join(folder, path), faults: [] });
    }
    expect(find('lib/start.js').path).toBe(join(folder, 'lib/start.js'));
    expect(find('nowhere.ts').faults).toEqual([
      `BOT_MODULE: there is no file ${join(folder, 'nowhere.ts')}`,
    ]);
  });
});
