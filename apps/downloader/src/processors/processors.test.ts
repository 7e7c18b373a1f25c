import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { StoredFile } from '@chatlane/contracts';
import { samplePdf, samplePng } from '@chatlane/testing';
import sharp from 'sharp';
import { startProcessing, until, type TestProcessing } from './processors.testkit.js';

// The time limits allow for slow machines; normally every wait ends sooner.
/** Processors of a bot, some of which are malicious. */
const module = (notes: string) => `
import { spawn } from 'node:child_process';
import { existsSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
export const looks = async ({ path }) => ({ result: readdirSync(dirname(path)).sort() });
const note = (name, text) => writeFileSync(join(${JSON.stringify(notes)}, name), text);
export const count = async ({ path }) => ({ result: { bytes: readFileSync(path).length } });
export const environment = async () => ({ result: Object.keys(process.env).sort() });
export const exits = async () => process.exit(0);
export const segfaults = async () => process.kill(process.pid, 'SIGSEGV');
export const loops = async () => { for (;;); };
export const throws = async () => { throw new TypeError('with a secret in it'); };
export const eats = async () => {
  const all = [];
  for (;;) { all.push(Buffer.alloc(2 ** 24, 1)); await new Promise((resolve) => setTimeout(resolve, 5)); }
};
export const talks = async () => ({ result: 'x'.repeat(100_000) });
export const once = async () => {
  if (existsSync(${JSON.stringify(notes)} + '/once')) return { result: 'at last' };
  note('once', '');
  process.abort();
};
export const sets = async () => ({ result: { pages: new Set([1]) } });
export const outside = async () => ({ made: { path: '/etc/hostname', name: 'x' } });
export const linked = async ({ outDir }) => {
  symlinkSync('/etc/hostname', join(outDir, 'x'));
  return { made: { path: join(outDir, 'x'), name: 'x' } };
};
export const doubled = async ({ path, outDir }) => {
  linkSync(path, join(outDir, 'x'));
  return { made: { path: join(outDir, 'x'), name: 'x' } };
};
export const nasty = async ({ outDir }) => {
  writeFileSync(join(outDir, 'x'), 'made');
  return { made: { path: join(outDir, 'x'), name: '../../evil\\u202e.txt' } };
};
export default { lasts: async () => {
  const child = spawn('sleep', ['600']);
  note('lasts-' + process.pid, String(child.pid));
  await new Promise((resolve) => setTimeout(resolve, 600_000));
} };
`;

let test: TestProcessing;
beforeAll(async () => {
  test = await startProcessing(module);
});
afterEach(() => test.stopProcessors());
afterAll(() => test.stop());

describe('processors', () => {
  it('return thumbnails of images and texts of PDFs, and report unsuitable files', async () => {
    await test.processors();
    const picture = await sharp({
      create: { width: 900, height: 300, channels: 3, background: 'red' },
    })
      .jpeg()
      .toBuffer();
    const image = await test.store(picture, 'image/jpeg', ['thumbnail', 'text', 'thumbnail']);
    const document = await test.store(samplePdf('Hello, file.'), 'application/pdf', [
      'text',
      'thumbnail',
    ]);
    const broken = await test.store(picture.subarray(0, 90), 'image/jpeg', ['thumbnail']);
    // An image that declares 900 megapixels but has hardly any data.
    const large = samplePng(30_000, 30_000, Buffer.alloc(1_000));
    const bomb = await test.store(large, 'image/png', ['thumbnail']);
    const torn = await test.store(Buffer.from('%PDF-1.4 and no more'), 'application/pdf', ['text']);

    const ofImage = await test.events(image, 2);
    expect(ofImage['text']).toMatchObject({ failure: 'no-pdf' });
    const { made, result, label, file } = ofImage['thumbnail']!;
    expect(result).toEqual({ width: 900, height: 300 });
    expect(label).toEqual({ asked: 1 });
    expect(made).toMatchObject({ type: 'image/jpeg', kind: 'photo', name: 'file-1.jpg' });
    expect(await sizeOf(made!)).toMatchObject({ format: 'jpeg', width: 320, height: 107 });
    expect(file.name).toBe('file-1.bin');
    const ofDocument = await test.events(document, 2);
    expect(ofDocument['text']!.result).toEqual({ text: 'Hello, file.', pages: 1 });
    expect(ofDocument['thumbnail']).toMatchObject({ failure: 'no-image' });
    const failureOf = async (request: string) =>
      Object.values(await test.events(request, 1))[0]!.failure;
    expect(await failureOf(broken)).toBe('unreadable');
    expect(await failureOf(bomb)).toBe('too-big');
    expect(await failureOf(torn)).toBe('unreadable');
  });

  it('decode only the listed formats, whatever a file starts with, and see no other file', async () => {
    await test.processors();
    const reads =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    const drawing = Buffer.from(`<!--ftypavif-->${reads}`);
    const asAvif = await test.store(drawing, 'image/avif', ['thumbnail', 'looks']);
    const plain = await test.store(Buffer.from(reads), 'image/png', ['thumbnail']);
    const drawn = { create: { width: 9, height: 9, channels: 3, background: 'red' } } as const;
    const avif = await test.store(await sharp(drawn).avif().toBuffer(), 'image/avif', [
      'thumbnail',
    ]);
    const ofDrawing = await test.events(asAvif, 2);
    expect(ofDrawing['thumbnail']).toMatchObject({ failure: 'unreadable' });
    expect(ofDrawing['looks']!.result).toEqual(['input', 'out']);
    expect((await test.events(plain, 1))['thumbnail']).toMatchObject({ failure: 'unreadable' });
    expect((await test.events(avif, 1))['thumbnail']!.result).toEqual({ width: 9, height: 9 });
  });

  it('report a processor that crashes, exhausts memory or lies, without affecting others', async () => {
    await test.processors({ maxBytes: 160 * 2 ** 20 });
    const words = {
      exits: 'crashed',
      segfaults: 'crashed',
      throws: 'failed',
      eats: 'too-much-memory',
      talks: 'answer-too-big',
      sets: 'bad-answer',
      outside: 'bad-answer',
      linked: 'bad-answer',
      doubled: 'bad-answer',
      absent: 'unknown',
      toString: 'unknown',
    };
    const good = ['count', 'environment', 'once', 'nasty'];
    const all = [...Object.keys(words), ...good];
    const request = await test.store(Buffer.from('12345'), 'text/plain', all);
    const {
      count,
      environment,
      once: twice,
      nasty,
      ...bad
    } = await test.events(request, all.length);
    expect(count!.result).toEqual({ bytes: 5 });
    expect(environment!.result).toEqual(['PATH', 'TMPDIR']);
    expect(twice!.result).toBe('at last');
    expect(nasty!.made).toMatchObject({ name: 'evil.txt', type: 'text/plain', size: 4 });
    const failures = Object.entries(bad).map(([name, { failure }]) => [name, failure]);
    expect(Object.fromEntries(failures)).toEqual(words);
    expect(test.reports.join()).not.toContain('secret');
    expect(test.reports).toContain('throws failed: TypeError');
    await test.untilIdle();
    expect(await test.leftovers()).toEqual([]);
  });

  it('hand jobs back on a stop, and kill an endless processor with all its children', async () => {
    const first = await test.processors();
    const request = await test.store(Buffer.from('6'), 'text/plain', ['lasts']);
    const [, child = ''] = await until(async () => (await test.notes()).length > 1 && test.notes());
    await first.stop();
    await until(() => !isAlive(Number(child)));
    expect(await test.leftovers()).toEqual([]);
    expect(test.reports.filter((each) => each.startsWith('lasts'))).toEqual([]);

    await test.processors({ timeoutMs: 1_000 });
    const other = await test.store(Buffer.from('6'), 'text/plain', ['loops']);
    const { lasts } = await test.events(request, 1);
    const { loops } = await test.events(other, 1);
    expect([lasts!.failure, loops!.failure]).toEqual(['too-slow', 'too-slow']);
  });

  it('send no event for a file that its user has asked to forget', async () => {
    const request = await test.store(Buffer.from('7'), 'text/plain', ['count']);
    await until(() => test.sent.some(({ id }) => id === `file.${request}`));
    const address = { lane: 'c:7', chat: { id: 7, type: 'private' } };
    const requestedAt = Date.now() + 1;
    await test.queue.add('forget', { id: 'forget.1', address, userId: 7, requestedAt });
    await until(() => test.sent.some(({ kind }) => kind === 'files_forgotten'));
    await test.processors();
    await until(() => test.reports.includes('count gone'));
    const kept: string[] = [];
    for await (const { key } of test.storage.list()) kept.push(key);
    expect(kept).toEqual([]);
  });

  async function sizeOf({ key }: StoredFile) {
    const { stream } = (await test.storage.get(key))!;
    const picture = sharp();
    stream.pipe(picture);
    void once(stream, 'end');
    return picture.metadata();
  }

  function isAlive(pid: number): boolean {
    try {
      return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  }
});
