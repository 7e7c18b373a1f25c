import { DownloadRefused } from '@chatlane/contracts';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

const part = (file: string) => request({ file, mediaGroupId: '13' });

describe('an album', () => {
  it('is reported once all its parts have results, including the failed ones', async () => {
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
    // The album was checked while a part was missing, so its job was delayed.
    await until(async () => {
      const jobs = await test.queues.maintenance.getDelayed();
      return jobs.some(({ attemptsStarted }) => attemptsStarted > 1);
    });
    letThrough();
    const [event] = await until(async () => (await test.events()).length > 0 && test.events());
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
    const events = await until(async () => (await test.events()).length > 1 && test.events());
    expect(events[1]).toMatchObject({ payload: { request: late.id, files: [{ id: 'u-late' }] } });
    const jobs = (): Promise<number> =>
      test.queues.maintenance.getJobCountByTypes('active', 'wait');
    await until(async () => (await jobs()) === 0);
    expect(await test.events()).toHaveLength(2);
    expect(await test.redis.keys(`${test.keys.scope[0]}:album:*:*`)).toEqual([]);
  });
});
