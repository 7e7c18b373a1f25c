import type { DownloadRequest } from '@chatlane/contracts';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';
import { createMortal } from './mortal.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

const limits = { leaseMs: 400, userConcurrency: 1, userQuota: { files: 10 } };

/** Everything as it is after one run without a fault, whatever happened before. */
async function isWhole(test: TestDownloads, asked: DownloadRequest[]): Promise<void> {
  const [files] = test.keys.scope;
  const told = await test.told();
  expect(
    told.flatMap((event) => ('files' in event.payload ? event.payload.files : [])),
  ).toHaveLength(asked.length);
  const { total } = await test.index.list(7, { offset: 0, limit: 10 });
  expect(total).toBe(asked.length);
  expect(await test.objects()).toHaveLength(asked.length);
  expect(await test.redis.hget(`${files}:quota:user:7`, 'files')).toBe(String(asked.length));
  for (const rest of ['open:7', 'running:7', 'waiting:7', 'oldest']) {
    expect([rest, await test.redis.exists(`${files}:${rest}`)]).toEqual([rest, 0]);
  }
  expect(await test.redis.keys(`${files}:claim:*`)).toEqual([]);
  expect(await test.redis.keys(`${files}:intent:*`)).toEqual([]);
}

async function survives(
  asked: DownloadRequest[],
  diesAt: number,
  effect: boolean,
): Promise<boolean> {
  const test = await downloads.another();
  const mortal = createMortal(test.options({ limits }), test.connect(), diesAt, effect);
  await mortal.downloader.start();
  for (const each of asked) await test.queue.add('download', each);
  const isOver = async (): Promise<boolean> =>
    (await test.queues.downloads.getJobCountByTypes('wait', 'prioritized', 'active', 'delayed')) +
      (await test.queues.chores.getJobCountByTypes('wait', 'active')) ===
      0 && (await test.told()).length > 0;
  await until(async () => mortal.isDead() || (await isOver()));
  const died = mortal.isDead();
  if (died) await test.downloader(limits);
  await until(isOver);
  expect(await test.told()).toHaveLength(1);
  await isWhole(test, asked);
  mortal.bury();
  return died;
}

/** Kills at every step until a run gets through, some at once. */
async function killEverywhere(ask: () => DownloadRequest[], effect: boolean): Promise<number> {
  const AT_ONCE = 20;
  for (let from = 1; ; from += AT_ONCE) {
    const steps = Array.from({ length: AT_ONCE }, (_each, index) => from + index);
    const died = await Promise.all(steps.map((step) => survives(ask(), step, effect)));
    const lived = died.indexOf(false);
    if (lived >= 0) return from + lived;
  }
}

it.each([
  ['before', false],
  ['after', true],
])(
  'a kill %s any step of a download leads to one file and one event',
  async (_word, effect) => {
    const steps = await killEverywhere(() => [request()], effect);
    expect(steps).toBeGreaterThan(8);
  },
  120_000,
);
