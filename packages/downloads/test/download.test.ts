import { DownloadRefused, RetryLater } from '@chatlane/contracts';
import { createDownloadQueue } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

describe('a download', () => {
  it('stores a file, adds it to the index, and sends one event', async () => {
    const test = await downloads.another();
    await test.downloader();
    const wanted = request({
      file: 'hello',
      label: { n: 1 },
      media: { name: 'Hello.txt', caption: 'my house' },
    });
    await test.queue.add('download', JSON.stringify(wanted));
    await test.queue.add('download', wanted);
    const [event] = await until(async () => (await test.events()).length === 1 && test.events());
    expect(event).toMatchObject({
      id: `file.${wanted.id}`,
      kind: 'file_ready',
      payload: { request: wanted.id, label: { n: 1 }, address: wanted.address, failures: [] },
    });
    const { files, total } = await test.index.list(7, {
      words: 'House hello',
      offset: 0,
      limit: 10,
    });
    expect(total).toBe(1);
    expect(event!.payload).toMatchObject({ files });
    expect(files[0]).toMatchObject({
      id: 'u-hello',
      name: 'Hello.txt',
      size: 5,
      type: 'text/plain',
    });
    expect(await test.objects()).toEqual([files[0]!.key]);
    await until(async () => (await test.queues.downloads.getJobCountByTypes('active')) === 0);
    await test.queue.add('download', wanted);
    expect(await test.queues.downloads.getJobCountByTypes('wait', 'prioritized', 'delayed')).toBe(
      0,
    );
  });

  it('accepts a request only once the configured replicas have confirmed it', async () => {
    const test = await downloads.another();
    const replication = { replicas: 1, timeoutMs: 50 };
    const queue = createDownloadQueue({ redis: test.connect(), name: test.name, replication });
    const wanted = request();
    // Redis has no replica; a repeated request reports that again.
    for (const add of [1, 2]) {
      const taken = queue.add('download', wanted).then(() => `taken at ${add}`);
      await expect(taken).rejects.toThrow(
        'REDIS_WAIT_REPLICAS is 1, but only 0 replicas confirmed',
      );
    }
    await expect(
      queue.add('forget', { ...wanted, id: 'forget.1', requestedAt: Date.now() }),
    ).rejects.toThrow('REDIS_WAIT_REPLICAS');
    await queue.close();
  });

  it('reports why a file is unavailable, without retrying', async () => {
    const test = await downloads.another();
    let tries = 0;
    await test.downloader(
      {},
      {
        fetchFile: () => {
          tries += 1;
          return Promise.reject(new DownloadRefused('too-big', 5_000));
        },
      },
    );
    const wanted = request({ media: { name: 'big.iso' } });
    await test.queue.add('download', wanted);
    const [event] = await until(async () => (await test.events()).length === 1 && test.events());
    expect(event).toMatchObject({
      kind: 'file_failed',
      payload: {
        failures: [
          { id: wanted.media.fileUniqueId, name: 'big.iso', reason: 'too-big', mostBytes: 5_000 },
        ],
      },
    });
    expect(tries).toBe(1);
  });

  it('retries after errors, does not count waits, and fails after the last attempt', async () => {
    const test = await downloads.another();
    const attempts: number[] = [];
    await test.downloader(
      { attempts: 3 },
      {
        fetchFile: (_request, { attempt }) => {
          attempts.push(attempt);
          if (attempts.length === 2) return Promise.reject(new RetryLater(10));
          return Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNRESET' }));
        },
      },
    );
    const wanted = request();
    await test.queue.add('download', wanted);
    const [event] = await until(async () => (await test.events()).length === 1 && test.events());
    expect(event).toMatchObject({
      kind: 'file_failed',
      payload: { failures: [{ reason: 'unavailable' }] },
    });
    expect(attempts).toEqual([1, 2, 2, 3]);
    const [dead] = await until(async () => {
      const failed = await test.queues.downloads.getFailed();
      return failed.length === 1 && failed;
    });
    expect(dead!.data).toEqual(wanted);
    expect(dead!.failedReason).toBe('Error ECONNRESET, 3 tries');
    expect(JSON.stringify(dead)).not.toContain('secret');
  });

  it('gives a known file to a second user immediately, under their name for it and after a check for them', async () => {
    const test = await downloads.another();
    let fetches = 0;
    await test.downloader(
      {},
      {
        fetchFile: ({ media }) => {
          fetches += 1;
          return test.fetched(media.fileId);
        },
        checkStored: ({ userId, media }) =>
          userId === 3
            ? Promise.reject(new DownloadRefused('type-refused'))
            : Promise.resolve(media.name!),
      },
    );
    await test.queue.add('download', request({ file: 'same', userId: 1 }));
    await until(async () => (await test.events()).length === 1);
    await test.queue.add(
      'download',
      request({ file: 'same', userId: 2, media: { name: 'two.txt' } }),
    );
    await test.queue.add('download', request({ file: 'same', userId: 3 }));
    const events = await until(async () => (await test.events()).length === 3 && test.events());
    expect(fetches).toBe(1);
    expect((await test.index.get(2, 'u-same'))!.name).toBe('two.txt');
    expect(await test.index.get(3, 'u-same')).toBeUndefined();
    expect(events.map(({ kind }) => kind).sort()).toEqual([
      'file_failed',
      'file_ready',
      'file_ready',
    ]);
    expect(await test.objects()).toHaveLength(1);
  });

  it('fetches a file once for concurrent requests', async () => {
    const test = await downloads.another();
    let fetches = 0;
    let go = (): void => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    const more = {
      fetchFile: async () => {
        fetches += 1;
        await gone;
        return test.fetched('same');
      },
    };
    await test.downloader({}, more);
    await test.downloader({}, more);
    for (let userId = 1; userId <= 6; userId++) {
      await test.queue.add('download', request({ file: 'same', userId }));
    }
    await until(async () => (await test.queues.downloads.getDelayedCount()) === 5);
    go();
    await until(async () => (await test.events()).length === 6);
    expect(fetches).toBe(1);
  });
});
