import type { DownloaderOptions } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

describe('a downloader', () => {
  it('hands running fetches back when it stops, and another one continues immediately', async () => {
    const test = await downloads.another();
    const reasons: unknown[] = [];
    let fetches = 0;
    const first = await test.downloader(
      { leaseMs: 60_000 },
      {
        fetchFile: (_request, { signal }) =>
          new Promise((_resolve, reject) => {
            fetches += 1;
            signal.addEventListener('abort', () => {
              reasons.push(signal.reason);
              reject(new Error('aborted'));
            });
          }),
      },
    );
    const requests = [request(), request()];
    for (const each of requests) await test.queue.add('download', each);
    await until(() => fetches === 2);
    await first.stop();
    expect(reasons).toMatchObject([{ name: 'DownloadHandedBack' }, { name: 'DownloadHandedBack' }]);
    const attempts: number[] = [];
    await test.downloader(
      {},
      {
        fetchFile: ({ media }, { attempt }) => {
          attempts.push(attempt);
          return test.fetched(media.fileId);
        },
      },
    );
    await until(async () => (await test.events()).length === 2);
    expect(attempts).toEqual([1, 1]);
  });

  it('stores fetched files before it stops', async () => {
    const test = await downloads.another();
    let put = (): void => undefined;
    const putting = new Promise<void>((resolve) => (put = resolve));
    let begun = false;
    const { storage } = test.options();
    const downloader = await test.downloader(
      {},
      {
        storage: {
          ...storage,
          async put(...args) {
            begun = true;
            await putting;
            await storage.put(...args);
          },
        },
      },
    );
    await test.queue.add('download', request());
    await until(() => begun);
    const stopped = downloader.stop();
    put();
    await stopped;
    expect(await test.events()).toHaveLength(1);
  });

  type Place = 'fetch' | 'put' | 'notify';

  /** Freezes a process at a point, and resumes it when others have done its work. */
  async function freezeIn(where: Place): Promise<void> {
    const test = await downloads.another();
    let thaw = (): void => undefined;
    const frozen = new Promise<void>((resolve) => (thaw = resolve));
    let isFrozen = false;
    const redis = test.connect();
    const send = redis.sendCommand.bind(redis);
    // Its timers do not run either, so it renews nothing while it is frozen.
    redis.sendCommand = ((command: never, ...rest: never[]) => {
      const sent = (): unknown => send(command, ...rest);
      return isFrozen ? frozen.then(sent) : sent();
    }) as typeof redis.sendCommand;
    const stops = async (place: Place): Promise<void> => {
      if (place !== where || thawed) return;
      isFrozen = true;
      await frozen;
    };
    let thawed = false;
    const usual = test.options();
    const more: Partial<DownloaderOptions> = {
      redis,
      fetchFile: async (requests) => {
        const file = await test.fetched(requests.media.fileId);
        await stops('fetch');
        return file;
      },
      storage: {
        ...usual.storage,
        async put(...args) {
          await stops('put');
          await usual.storage.put(...args);
        },
      },
      notify: async (...args) => {
        await stops('notify');
        await usual.notify(...args);
      },
    };
    const limits = { leaseMs: 1_500 };
    await test.downloader(limits, more);
    const requests = request();
    await test.queue.add('download', requests);
    await until(() => isFrozen);
    await test.downloader(limits);
    await until(async () => (await test.events()).length === 1);
    await test.queue.add('forget', {
      ...requests,
      id: `${requests.id}.f`,
      requestedAt: Date.now() + 1,
    });
    await until(async () => (await test.events()).length === 2);
    expect(await test.objects()).toEqual([]);

    thawed = true;
    isFrozen = false;
    thaw();
    // A late put leaves an orphaned object, which is deleted.
    await until(async () => {
      await test.queues.maintenance.add('janitor', { chore: 'janitor' });
      const idle = (await test.queues.downloads.getJobCountByTypes('active', 'delayed')) === 0;
      return idle && (await test.leftovers()).length === 0 && (await test.objects()).length === 0;
    });
    expect(await test.events()).toHaveLength(2);
    expect(await test.redis.zcard(test.keys.orphaned)).toBe(0);
    expect((await test.index.list(7, { offset: 0, limit: 1 })).total).toBe(0);
  }

  it('causes no harm when it freezes during a fetch, a put or a notification, and resumes', async () => {
    await Promise.all((['fetch', 'put', 'notify'] as const).map(freezeIn));
  });
});
