import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';
import { download, hashOf, pathOf, sendGenerated, type FileAnswer } from './file.testkit.js';

let playground: TestSimulator;
beforeAll(async () => {
  playground = await startTestSimulator({ timeScale: 20 });
});
afterAll(() => playground.stop());
afterEach(() => fetch(`${playground.url}/play/faults`, { method: 'DELETE' }));

const size = 300_001;

/** Sends a generated file with a seed of its own, then downloads it. */
async function sent(file: object = {}) {
  const file_id = await sendGenerated(playground, { size, ...file });
  const path = await pathOf(playground, file_id);
  return { file_id, path, get: (init?: RequestInit) => download(playground, path, init) };
}

async function whole(): Promise<Buffer> {
  return Buffer.from(await (await (await sent()).get()).arrayBuffer());
}

describe('a generated file', () => {
  it('has the same content on every read, and different content for another seed', async () => {
    const file = await sent({ seed: 5 });
    const { sha256 } = await playground.get<{ sha256: string }>(`files/${file.file_id}/sha256`);
    expect(await hashOf(await file.get())).toEqual({ sha256, bytes: size });
    expect(await hashOf(await (await sent({ seed: 5 })).get())).toEqual({ sha256, bytes: size });
    expect(await hashOf(await (await sent({ seed: 6 })).get())).not.toMatchObject({ sha256 });
  });

  it.each([
    ['image/png', '89504e47'],
    ['application/pdf', '25504446'],
    ['audio/ogg', '4f676753'],
  ])('starts with the magic bytes of its type: %s', async (type, head) => {
    const response = await (await sent({ type })).get();
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString('hex', 0, 4)).toBe(head);
    expect(bytes).toHaveLength(size);
  });

  it('is generated while it is sent: 2,000 MB take no memory', async () => {
    const file_id = await sendGenerated(playground, { size: 2_000 * 2 ** 20, type: 'video/mp4' });
    const before = process.memoryUsage().rss;
    const response = await fetch(`${playground.url}/play/files/${file_id}`);
    expect(response.headers.get('content-length')).toBe(String(2_000 * 2 ** 20));
    let bytes = 0;
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > 100 * 2 ** 20) break;
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(90 * 2 ** 20);
    const { description } = await playground.api('getFile', { file_id });
    expect(description).toBe('Bad Request: file is too big');
  });
});

describe('a range', () => {
  afterEach(() => playground.post('ranges', { served: false }));

  it('is ignored unless range support is switched on', async () => {
    const response = await (await sent()).get({ headers: { range: 'bytes=5-' } });
    expect(response.status).toBe(200);
    expect(await hashOf(response)).toMatchObject({ bytes: size });
  });

  it.each([
    ['bytes=200000-', 200_000, size],
    ['bytes=65537-131089', 65_537, 131_090],
    ['bytes=7-7', 7, 8],
    ['bytes=-17', size - 17, size],
    ['bytes=0-999999999', 0, size],
  ])('returns that part of the file: %s', async (range, start, end) => {
    await playground.post('ranges', { served: true });
    const response = await (await sent()).get({ headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
    const part = Buffer.from(await response.arrayBuffer());
    expect(part.equals((await whole()).subarray(start, end))).toBe(true);
  });

  it('returns the whole file when it has changed, and 416 beyond its end', async () => {
    await playground.post('ranges', { served: true });
    const { get } = await sent();
    const tag = (await get()).headers.get('etag') as string;
    const resume = (condition: string) =>
      get({ headers: { range: 'bytes=9-', 'if-range': condition } });
    expect((await resume(tag)).status).toBe(206);
    expect((await resume('"of another"')).status).toBe(200);
    expect((await get({ headers: { range: `bytes=${size}-` } })).status).toBe(416);
  });
});

describe('getFile in local mode', () => {
  it('returns the path of a local file of any size, with no HTTP download', async () => {
    const localFolder = await mkdtemp(join(tmpdir(), 'playground-'));
    const local = await startTestSimulator({ timeScale: 20, localFolder });
    try {
      const file_id = await sendGenerated(local, { size: 30 * 2 ** 20, name: 'big.bin' });
      const { result } = await local.api('getFile', { file_id });
      const { file_path, file_size } = result as FileAnswer;
      expect(file_path.startsWith(localFolder)).toBe(true);
      expect(file_path).toMatch(/^\/.*\/documents\/file_1_.*\.bin$/);
      expect((await readFile(file_path)).length).toBe(file_size);
      expect((await download(local, file_path.slice(1))).status).toBe(404);
    } finally {
      await local.stop();
      await rm(localFolder, { recursive: true });
    }
  });
});
