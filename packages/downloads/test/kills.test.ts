import type { DownloadRequest } from '@chatlane/contracts';
import { MAINTENANCE_QUEUE, DOWNLOADS_QUEUE } from '../src/keys.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';
import { createKillableDownloader } from './killable.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

const limits = { leaseMs: 2_000, userQuota: { files: 10 } };

/** Expects the same state as after a run without faults. */
async function isWhole(test: TestDownloads, requests: DownloadRequest[]): Promise<void> {
  const [files] = test.keys.scope;
  const events = await test.events();
  expect(
    events.flatMap((event) => ('files' in event.payload ? event.payload.files : [])),
  ).toHaveLength(requests.length);
  const { total } = await test.index.list(7, { offset: 0, limit: 10 });
  expect(total).toBe(requests.length);
  expect(await test.objects()).toHaveLength(requests.length);
  expect(await test.redis.hget(`${files}:quota:user:7`, 'files')).toBe(String(requests.length));
  for (const rest of ['open:7', 'running:7', 'waiting:7', 'oldest']) {
    expect([rest, await test.redis.exists(`${files}:${rest}`)]).toEqual([rest, 0]);
  }
  expect(await test.redis.keys(`${files}:claim:*`)).toEqual([]);
  expect(await test.redis.keys(`${files}:intent:*`)).toEqual([]);
}

/** What a killed downloader was asked to do, and the state when another one has done it. */
interface Scenario {
  /** Runs before the downloader that dies. */
  prepare?(test: TestDownloads): Promise<void>;
  ask(test: TestDownloads): Promise<void>;
  events: number;
  check(test: TestDownloads): Promise<void>;
}

async function survives(scenario: Scenario, diesAt: number): Promise<boolean> {
  const test = await downloads.another();
  await scenario.prepare?.(test);
  const killable = createKillableDownloader(test.options({ limits }), test.connect(), diesAt);
  await killable.downloader.start();
  await scenario.ask(test);
  const isOver = async (): Promise<boolean> => {
    const states = ['wait', 'prioritized', 'active', 'delayed'] as const;
    const jobs = await test.queues.downloads.getJobCountByTypes(...states);
    // One maintenance job is always pending: the next janitor.
    const maintenance = await test.queues.maintenance.getJobCountByTypes(...states);
    return jobs === 0 && maintenance === 1 && (await test.events()).length >= scenario.events;
  };
  await until(async () => killable.isDead() || (await isOver()));
  const died = killable.isDead();
  if (died) await test.downloader(limits);
  // Further jobs wake BullMQ, as in practice: a dying process may take the wake-up with it, and the next poll is 10 s
  // later.
  const call = (): Promise<unknown> =>
    Promise.all(
      [DOWNLOADS_QUEUE, MAINTENANCE_QUEUE].map((queue) =>
        test.redis.zadd(`${test.keys.prefix}:${queue}:marker`, 0, '0'),
      ),
    );
  const calls = setInterval(() => void call(), 300);
  await until(isOver).finally(() => clearInterval(calls));
  expect(await test.events()).toHaveLength(scenario.events);
  await scenario.check(test);
  killable.bury();
  return died;
}

/** Kills after every n-th step until a run completes, some concurrently. Returns how many steps that took. */
async function killEverywhere(scenario: Scenario, every = 1): Promise<number> {
  const AT_ONCE = 20;
  for (let from = 1; ; from += AT_ONCE * every) {
    const steps = Array.from({ length: AT_ONCE }, (_each, index) => from + index * every);
    const died = await Promise.all(steps.map((step) => survives(scenario, step)));
    const lived = died.indexOf(false);
    if (lived >= 0) return steps[lived]!;
  }
}

async function add(test: TestDownloads, requests: DownloadRequest[]): Promise<DownloadRequest[]> {
  for (const each of requests) await test.queue.add('download', each);
  return requests;
}

describe('kills', () => {
  it('result in one file and one event after any step of a download', async () => {
    const requests = [request()];
    const steps = await killEverywhere({
      ask: async (test) => void (await add(test, requests)),
      events: 1,
      check: (test) => isWhole(test, requests),
    });
    expect(steps).toBeGreaterThan(8);
  });

  it('result in one event with all files after any step of an album', async () => {
    const requests = ['a', 'b'].map((file) => request({ file, mediaGroupId: '5' }));
    const steps = await killEverywhere(
      {
        ask: async (test) => void (await add(test, requests)),
        events: 1,
        check: (test) => isWhole(test, requests),
      },
      2,
    );
    expect(steps).toBeGreaterThan(16);
  });

  it('result in one event and no files after any step of forgetting', async () => {
    const requests = [request({ file: 'own' }), request({ file: 'shared' })];
    const other = request({ file: 'shared', userId: 8 });
    const steps = await killEverywhere(
      {
        async prepare(test) {
          const downloader = await test.downloader(limits);
          await add(test, [...requests, other]);
          await until(async () => (await test.events()).length === 3);
          await downloader.stop();
        },
        ask: (test) =>
          test.queue.add('forget', {
            ...requests[0]!,
            id: 'forget.1',
            requestedAt: Date.now() + 1,
          }),
        events: 4,
        async check(test) {
          const events = await test.events();
          expect(events[3]).toMatchObject({ kind: 'files_forgotten', payload: { count: 2 } });
          const kept = await test.index.get(8, 'u-shared');
          expect(await test.objects()).toEqual([kept!.key]);
          expect((await test.index.list(7, { offset: 0, limit: 9 })).total).toBe(0);
        },
      },
      2,
    );
    expect(steps).toBeGreaterThan(5);
  });
});
