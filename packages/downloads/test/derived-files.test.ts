import { createDerivedFiles } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let test: TestDownloads;
beforeAll(async () => {
  test = await startDownloads();
});
afterAll(() => test.stop());

describe('derived files', () => {
  it('are kept as long as their file, one per maker', async () => {
    const { redis, name } = test;
    const { storage } = test.options();
    const derivedFiles = createDerivedFiles({
      redis,
      name,
      storage,
      keyOf: ({ sha256 }) => sha256,
    });
    await test.downloader();
    const wanted = request({ file: 'photo' });
    await test.queue.add('download', wanted);
    await until(async () => (await test.events()).length === 1);
    const file = (await test.index.get(7, 'u-photo'))!;
    const of = { userId: 7, file };
    const make = async (content: string) =>
      derivedFiles.keep(of, 'thumbnail', {
        ...(await test.fetched(content, 'thumb.webp')),
        kind: 'photo',
      });

    const first = await make('small');
    expect(first).toMatchObject({ id: 'u-photo.thumbnail', name: 'thumb.webp', size: 5 });
    const second = await make('smaller');
    await until(async () => {
      await test.queues.maintenance.add('janitor', { chore: 'janitor' });
      return (await test.objects()).length === 2;
    });
    expect((await test.objects()).sort()).toEqual([file.key, second!.key].sort());
    expect((await test.index.list(7, { offset: 0, limit: 9 })).total).toBe(1);

    await test.queue.add('forget', { ...wanted, id: 'forget.1', requestedAt: Date.now() });
    await until(async () => (await test.events()).length === 2);
    expect(await test.objects()).toEqual([]);
    expect(await make('late')).toBeUndefined();
    expect(await test.leftovers()).toEqual([]);
  });
});
