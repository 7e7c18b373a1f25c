import type { DownloaderOptions } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

it('hands back what it fetches when it stops, and another one has it at once', async () => {
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
  const asked = [request(), request()];
  for (const each of asked) await test.queue.add('download', each);
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
  await until(async () => (await test.told()).length === 2);
  expect(attempts).toEqual([1, 1]);
});

it('finishes what is fetched when it stops', async () => {
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
  expect(await test.told()).toHaveLength(1);
});

type Place = 'fetch' | 'put' | 'tell';

/** A process that is stopped in its tracks, and goes on when others have done its work. */
async function freezeIn(where: Place): Promise<void> {
  const test = await downloads.another();
  let thaw = (): void => undefined;
  const frozen = new Promise<void>((resolve) => (thaw = resolve));
  let isFrozen = false;
  const redis = test.connect();
  const send = redis.sendCommand.bind(redis);
  // Its timers do not run either: nothing is renewed while it is frozen.
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
    fetchFile: async (asked) => {
      const file = await test.fetched(asked.media.fileId);
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
    tell: async (...args) => {
      await stops('tell');
      await usual.tell(...args);
    },
  };
  const limits = { leaseMs: 1_500 };
  await test.downloader(limits, more);
  const asked = request();
  await test.queue.add('download', asked);
  await until(() => isFrozen);
  await test.downloader(limits);
  await until(async () => (await test.told()).length === 1);
  await test.queue.add('forget', { ...asked, id: `${asked.id}.f`, requestedAt: Date.now() + 1 });
  await until(async () => (await test.told()).length === 2);
  expect(await test.objects()).toEqual([]);

  thawed = true;
  isFrozen = false;
  thaw();
  // A late put leaves an object that nobody has: it goes.
  await until(async () => {
    await test.queues.chores.add('janitor', { chore: 'janitor' });
    const idle = (await test.queues.downloads.getJobCountByTypes('active', 'delayed')) === 0;
    return idle && (await test.leftovers()).length === 0 && (await test.objects()).length === 0;
  });
  expect(await test.told()).toHaveLength(2);
  expect(await test.redis.zcard(test.keys.doomed)).toBe(0);
  expect((await test.index.list(7, { offset: 0, limit: 1 })).total).toBe(0);
}

it('does no harm when it freezes in a fetch, a put or a tell, and comes back', async () => {
  await Promise.all((['fetch', 'put', 'tell'] as const).map(freezeIn));
});
