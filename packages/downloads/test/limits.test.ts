import { DownloadRefused, type DownloadRequest } from '@chatlane/contracts';
import type { DownloaderOptions } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

/** Fetches that end on command. */
function gate(test: TestDownloads) {
  const running = new Map<string, () => void>();
  let most = 0;
  const fetchFile: DownloaderOptions['fetchFile'] = async ({ id, media }) => {
    const through = new Promise<void>((resolve) => running.set(id, resolve));
    most = Math.max(most, running.size);
    await through;
    running.delete(id);
    return test.fetched(media.fileId);
  };
  return {
    fetchFile,
    running: () => [...running.keys()],
    most: () => most,
    open: (id: string) => running.get(id)?.(),
  };
}

async function addAll(test: TestDownloads, requests: DownloadRequest[]): Promise<void> {
  for (const each of requests) await test.queue.add('download', each);
}

describe('limits', () => {
  it('limit the concurrent downloads of one user, without delaying others', async () => {
    const test = await downloads.another();
    const { fetchFile, running, most, open } = gate(test);
    await test.downloader({ userConcurrency: 2, concurrency: 3 }, { fetchFile });
    const his = Array.from({ length: 6 }, () => request({ userId: 1 }));
    const other = request({ userId: 2 });
    await addAll(test, [...his, other]);
    await until(() => running().length === 3);
    expect(running()).toContain(other.id);
    open(other.id);
    while ((await test.events()).length < 7) {
      await until(async () => running().length > 0 || (await test.events()).length === 7);
      running().forEach(open);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(most()).toBe(3);
    expect((await test.events()).every(({ kind }) => kind === 'file_ready')).toBe(true);
  });

  it("prefer another user's first file over one user's tenth", async () => {
    const test = await downloads.another();
    const order: number[] = [];
    const fetchFile: DownloaderOptions['fetchFile'] = ({ userId, media }) => {
      order.push(userId);
      return test.fetched(media.fileId);
    };
    await addAll(test, [
      ...Array.from({ length: 5 }, () => request({ userId: 1 })),
      request({ userId: 2 }),
      request({ userId: 3, priority: 'low' }),
      request({ userId: 4, priority: 'high' }),
    ]);
    await test.downloader({ concurrency: 1 }, { fetchFile });
    await until(async () => (await test.events()).length === 8);
    expect(order[0]).toBe(4);
    expect(order.indexOf(2)).toBe(2);
    expect(order.at(-1)).toBe(3);
  });

  it('limit the concurrent downloads of all processes together', async () => {
    const test = await downloads.another();
    const { fetchFile, running, most, open } = gate(test);
    const limits = { botConcurrency: 2, userConcurrency: 0 };
    await test.downloader(limits, { fetchFile });
    await test.downloader(limits, { fetchFile });
    await addAll(
      test,
      Array.from({ length: 6 }, () => request()),
    );
    while ((await test.events()).length < 6) {
      await until(async () => running().length > 0 || (await test.events()).length === 6);
      running().forEach(open);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(most()).toBe(2);
  });

  it('charge a shared quota in addition to the quota of each user', async () => {
    const test = await downloads.another();
    await test.downloader(
      { userQuota: { files: 2 } },
      {
        fetchFile: ({ media }) =>
          media.name === 'gone'
            ? Promise.reject(new DownloadRefused('infected'))
            : test.fetched('x'),
      },
    );
    const ask = async (userId: number, sharedQuota?: string, name = 'a.txt'): Promise<string> => {
      const media = { name };
      const requests = request({ file: `f ${Math.random()}`, userId, media });
      await test.queue.add('download', { ...requests, ...(sharedQuota && { sharedQuota }) });
      const event = await until(
        async () => (await test.events()).find(({ id }) => id === `file.${requests.id}`) ?? false,
      );
      return 'failures' in event.payload
        ? (event.payload.failures[0]?.reason ?? 'stored')
        : 'stored';
    };
    const group = 'channels:-100';
    expect(await ask(-1, group, 'gone')).toBe('infected');
    expect([await ask(-1, group), await ask(-2, group), await ask(-3, group)]).toEqual([
      'stored',
      'stored',
      'quota',
    ]);
    // In another chat each of them still has the rest of their own quota.
    expect([await ask(-1, 'channels:-200'), await ask(-1, 'channels:-200')]).toEqual([
      'stored',
      'quota',
    ]);
    expect([await ask(7), await ask(7), await ask(7)]).toEqual(['stored', 'stored', 'quota']);
  });

  it('charge an already stored file by its actual size, not the declared one', async () => {
    const test = await downloads.another();
    await test.downloader({ userQuota: { bytes: 100 } });
    const outcomes: string[] = [];
    const file = 'x'.repeat(60);
    for (const [userId, size] of [[1], [2], [2, 1], [2], [3, 999]] as [number, number?][]) {
      const media = { fileUniqueId: 'one', ...(size !== undefined && { size }) };
      const requests = request({ file, userId, media });
      await test.queue.add('download', requests);
      const event = await until(
        async () => (await test.events()).find(({ id }) => id === `file.${requests.id}`) ?? false,
      );
      outcomes.push(('failures' in event.payload && event.payload.failures[0]?.reason) || 'stored');
    }
    expect(outcomes).toEqual(['stored', 'stored', 'quota', 'quota', 'stored']);
  });

  it('charge a request once, and refund refused ones', async () => {
    const test = await downloads.another();
    let fails = 2;
    await test.downloader(
      { userQuota: { files: 3, bytes: 100 }, botQuota: { bytes: 150 }, attempts: 2 },
      {
        fetchFile: ({ media }) =>
          media.name === 'never' || (media.name === 'shaky' && fails-- === 2)
            ? Promise.reject(new Error('no'))
            : test.fetched('x'.repeat(Number(media.fileId.split(' ')[0]))),
      },
    );
    const reasons = async (requests: DownloadRequest): Promise<string> => {
      await test.queue.add('download', requests);
      const event = await until(
        async () => (await test.events()).find(({ id }) => id === `file.${requests.id}`) ?? false,
      );
      const [failure] = 'failures' in event.payload ? event.payload.failures : [];
      if (failure?.mostBytes !== undefined) return `${failure.reason}: ${failure.mostBytes}`;
      return failure?.reason ?? 'stored';
    };
    const file = (bytes: number, about: { name?: string; size?: number; userId?: number } = {}) => {
      const { userId = 1, ...media } = about;
      return request({ file: `${bytes} ${Math.random()}`, userId, media });
    };
    expect(await reasons(file(40, { name: 'shaky' }))).toBe('stored');
    expect(await reasons(file(1, { name: 'never', size: 50 }))).toBe('unavailable');
    expect(await reasons(file(1, { size: 61 }))).toBe('quota');
    // Without a declared size, it is charged when it arrives.
    expect(await reasons(file(61))).toBe('quota');
    // It would not fit into tomorrow's quota either.
    expect(await reasons(file(1, { size: 101 }))).toBe('too-big: 100');
    expect(await reasons(file(101))).toBe('too-big: 100');
    expect(await reasons(file(59, { size: 10 }))).toBe('stored');
    expect(await reasons(file(1))).toBe('stored');
    expect(await reasons(file(0))).toBe('quota');
    expect(await reasons(file(51, { userId: 2 }))).toBe('quota');
    expect(await reasons(file(50, { userId: 2 }))).toBe('stored');
    expect(await test.leftovers()).toEqual([]);
  });
});
