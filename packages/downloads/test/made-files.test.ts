import { createMadeFiles } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let test: TestDownloads;
beforeAll(async () => {
  test = await startDownloads();
});
afterAll(() => test.stop());

it('keeps what was made of a file as long as the file, and one of each maker', async () => {
  const { redis, name } = test;
  const { storage } = test.options();
  const madeFiles = createMadeFiles({ redis, name, storage, keyOf: ({ sha256 }) => sha256 });
  await test.downloader();
  const asked = request({ file: 'photo' });
  await test.queue.add('download', asked);
  await until(async () => (await test.told()).length === 1);
  const file = (await test.index.get(7, 'u-photo'))!;
  const of = { userId: 7, file };
  const make = async (content: string) =>
    madeFiles.keep(of, 'thumbnail', {
      ...(await test.fetched(content, 'thumb.webp')),
      kind: 'photo',
    });

  const first = await make('small');
  expect(first).toMatchObject({ id: 'u-photo.thumbnail', name: 'thumb.webp', size: 5 });
  const second = await make('smaller');
  await until(async () => {
    await test.queues.chores.add('janitor', { chore: 'janitor' });
    return (await test.objects()).length === 2;
  });
  expect((await test.objects()).sort()).toEqual([file.key, second!.key].sort());
  expect((await test.index.list(7, { offset: 0, limit: 9 })).total).toBe(1);

  await test.queue.add('forget', { ...asked, id: 'forget.1', requestedAt: Date.now() });
  await until(async () => (await test.told()).length === 2);
  expect(await test.objects()).toEqual([]);
  expect(await make('late')).toBeUndefined();
  expect(await test.leftovers()).toEqual([]);
});
