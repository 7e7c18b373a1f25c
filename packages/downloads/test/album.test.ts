import { DownloadRefused } from '@chatlane/contracts';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

const part = (file: string) => request({ file, mediaGroupId: '13' });

it('tells of an album once, when all its parts are there, with those that could not be had', async () => {
  const test = await downloads.another();
  let letThrough = (): void => undefined;
  const slow = new Promise<void>((resolve) => (letThrough = resolve));
  await test.downloader(
    { userConcurrency: 0 },
    {
      fetchFile: async ({ media }) => {
        if (media.fileId === 'bad') throw new DownloadRefused('infected');
        if (media.fileId === 'slow') await slow;
        return test.fetched(media.fileId);
      },
    },
  );
  const parts = ['one', 'bad', 'slow'].map(part);
  for (const each of parts) await test.queue.add('download', each);
  await test.queue.add('download', parts[0]!);
  await until(async () => (await test.index.list(7, { offset: 0, limit: 1 })).total === 1);
  // Looked at while a part is missing, and put off.
  await until(async () => {
    const chores = await test.queues.chores.getDelayed();
    return chores.some(({ attemptsStarted }) => attemptsStarted > 1);
  });
  letThrough();
  const [event] = await until(async () => (await test.told()).length > 0 && test.told());
  expect(event).toMatchObject({
    kind: 'file_ready',
    payload: {
      request: parts[0]!.id,
      mediaGroupId: '13',
      files: [{ id: 'u-one' }, { id: 'u-slow' }],
      failures: [{ id: 'u-bad', reason: 'infected' }],
    },
  });

  const late = part('late');
  await test.queue.add('download', late);
  const told = await until(async () => (await test.told()).length > 1 && test.told());
  expect(told[1]).toMatchObject({ payload: { request: late.id, files: [{ id: 'u-late' }] } });
  const chores = (): Promise<number> => test.queues.chores.getJobCountByTypes('active', 'wait');
  await until(async () => (await chores()) === 0);
  expect(await test.told()).toHaveLength(2);
  expect(await test.redis.keys(`${test.keys.scope[0]}:album:*:*`)).toEqual([]);
});
