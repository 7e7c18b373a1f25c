import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { storageKey } from './storage-key.js';
import type { FileAbout, FileStorage, ReadableStorage } from './storage.js';

/** A file as the downloader has it before publishing. */
export interface Sample {
  path: string;
  key: string;
  content: Buffer;
  about: FileAbout;
}

/** A folder for samples, which `remove` deletes. */
export async function createSamples(): Promise<{
  folder: string;
  make(content?: Buffer | number): Promise<Sample>;
  remove(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'chatlane-storage-'));
  let made = 0;
  return {
    folder,
    async make(given = 1_000) {
      const content = typeof given === 'number' ? randomBytes(given) : given;
      const sha256 = createHash('sha256').update(content).digest('hex');
      const path = join(folder, `sample-${(made += 1)}`);
      await writeFile(path, content);
      const key = storageKey({ id: 'any', kind: 'document', sha256 }, 'content');
      return { path, key, content, about: { size: content.length, sha256, type: 'text/html' } };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The content stored under a key. */
export async function contentOf(
  storage: ReadableStorage,
  key: string,
  range?: { start: number; end?: number },
): Promise<Buffer | undefined> {
  const found = await storage.get(key, range);
  return found && (await buffer(found.stream));
}

/** All keys with a prefix, sorted. */
export async function keysOf(storage: FileStorage, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
}

/** The tests that every storage must pass. `largeBytes` is more than it uploads in one piece. */
export function describeStorage(
  name: string,
  start: () => Promise<{ storage: FileStorage; stop(): Promise<void> }>,
  { largeBytes }: { largeBytes: number },
): void {
  describe(`the ${name} storage`, () => {
    let samples: Awaited<ReturnType<typeof createSamples>>;
    let storage: FileStorage;
    let started: Awaited<ReturnType<typeof start>>;

    beforeAll(async () => {
      samples = await createSamples();
      started = await start();
      storage = started.storage;
      await storage.check();
    });

    afterAll(async () => {
      await storage.close();
      await started.stop();
      await samples.remove();
    });

    it.each([
      ['empty', 0],
      ['small', 1_000],
      ['large', largeBytes],
    ])('returns a %s file unchanged, and removes the source', async (_size, bytes) => {
      const { path, key, about, content } = await samples.make(bytes);
      await storage.put(key, { path }, about);
      expect((await contentOf(storage, key))?.equals(content)).toBe(true);
      expect(await storage.stat(key)).toEqual({ size: bytes });
      expect(existsSync(path)).toBe(false);
    });

    it('accepts the same file twice, even concurrently', async () => {
      const first = await samples.make(5_000);
      const others = await Promise.all([1, 2, 3].map(() => samples.make(first.content)));
      const { key, about, content } = first;
      await storage.put(key, first, about);
      await Promise.all(others.map((other) => storage.put(key, other, about)));
      expect((await contentOf(storage, key))?.equals(content)).toBe(true);
      expect(await keysOf(storage, key)).toEqual([key]);
      expect(others.filter(({ path }) => existsSync(path))).toEqual([]);
    });

    it('replaces an object of another length', async () => {
      const [wrong, right] = [await samples.make(10), await samples.make(20)];
      await storage.put('id/mended', wrong, wrong.about);
      await storage.put('id/mended', right, right.about);
      expect((await contentOf(storage, 'id/mended'))?.equals(right.content)).toBe(true);
    });

    it('returns the requested part, and the total size', async () => {
      const { path, key, about } = await samples.make(Buffer.from('0123456789'));
      await storage.put(key, { path }, about);
      const part = async (range: { start: number; end?: number }) =>
        String(await contentOf(storage, key, range));
      expect(await part({ start: 2, end: 4 })).toBe('234');
      expect(await part({ start: 7 })).toBe('789');
      expect(await part({ start: 8, end: 100 })).toBe('89');
      expect(await part({ start: 0, end: 1 })).toBe('01');
      expect(await part({ start: 10 })).toBe('');
      const found = await storage.get(key, { start: 2, end: 4 });
      found?.stream.destroy();
      expect(found?.size).toBe(10);
    });

    it('rejects a file of another length than declared', async () => {
      const { path, about } = await samples.make(10);
      const shorter = storage.put('id/longer', { path }, { ...about, size: 11 });
      await expect(shorter).rejects.toThrow('expected a file of 11 bytes, but found 10');
      expect(await storage.stat('id/longer')).toBeUndefined();
    });

    it('rejects when the source does not exist', async () => {
      const { path, key, about } = await samples.make(10);
      await rm(path);
      await expect(storage.put(key, { path }, about)).rejects.not.toThrow('make it');
      expect(await storage.stat(key)).toBeUndefined();
    });

    it('stores nothing after an abort', async () => {
      const { path, key, about } = await samples.make(largeBytes);
      const signal = AbortSignal.abort(new Error('stopping'));
      await expect(storage.put(key, { path }, about, { signal })).rejects.toThrow('stopping');
      expect(await storage.stat(key)).toBeUndefined();
    });

    it('returns undefined for an unknown file, and deletes it without an error', async () => {
      expect(await storage.get('id/none')).toBeUndefined();
      expect(await storage.stat('id/none')).toBeUndefined();
      await storage.delete('id/none');
    });

    it('deletes a file', async () => {
      const { path, key, about } = await samples.make();
      await storage.put(key, { path }, about);
      await storage.delete(key);
      expect(await storage.get(key)).toBeUndefined();
      expect(await keysOf(storage, key)).toEqual([]);
    });

    it('lists files by prefix, with size and time', async () => {
      for (const key of ['list/a/1', 'list/a/2', 'list/ab', 'list/b/1']) {
        const { path, about } = await samples.make(3);
        await storage.put(key, { path }, about);
      }
      expect(await keysOf(storage, 'list/a/')).toEqual(['list/a/1', 'list/a/2']);
      expect(await keysOf(storage, 'list/a')).toEqual(['list/a/1', 'list/a/2', 'list/ab']);
      expect(await keysOf(storage, 'nothing/')).toEqual([]);
      expect(await keysOf(storage)).toEqual(expect.arrayContaining(['list/ab', 'list/b/1']));
      for await (const { size, modifiedAt } of storage.list('list/b/')) {
        expect(size).toBe(3);
        expect(Math.abs(Date.now() - modifiedAt)).toBeLessThan(60_000);
      }
    });

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/.', 'A', 'a b', 'a\0', 'a'.repeat(513)])(
      'rejects the key %j',
      async (key) => {
        const { path, about } = await samples.make();
        await expect(storage.put(key, { path }, about)).rejects.toThrow(TypeError);
        await expect(storage.get(key)).rejects.toThrow(TypeError);
        await expect(storage.stat(key)).rejects.toThrow(TypeError);
        await expect(storage.delete(key)).rejects.toThrow(TypeError);
      },
    );

    it('keeps published files when it removes leftovers', async () => {
      const { path, key, about } = await samples.make();
      await storage.put(key, { path }, about);
      await storage.removeLeftovers(0);
      expect(await storage.stat(key)).toEqual({ size: 1_000 });
    });
  });
}
