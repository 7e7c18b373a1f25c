import { DownloadHandedBack, InspectionStopped } from '@chatlane/contracts';
import { createDeadDownloads, type FetchFile } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

/** Runs one request to its event. @returns its kind, why it was given up, and how often it was tried */
async function run(look: (nth: number) => Promise<unknown>, before: object = {}) {
  const test = await downloads.another();
  const asked = request();
  const key = `${test.keys.scope[0]}:request:${asked.id}`;
  let tries = 0;
  const fetchFile: FetchFile = async ({ media }, job) => {
    tries += 1;
    await job.inspecting!(() => look(tries));
    return test.fetched(media.fileId);
  };
  if (Object.keys(before).length > 0) await test.redis.hset(key, before);
  await test.downloader({}, { fetchFile });
  await test.queue.add('download', asked);
  const [told] = await until(async () => (await test.told()).length > 0 && test.told());
  const dead = createDeadDownloads({ redis: test.redis, name: test.name });
  const isGivenUp = told!.kind === 'file_failed';
  const found = await until(async () => !isGivenUp || (await dead.list(1))[0]);
  const why = found === true ? undefined : found.why;
  await dead.close();
  return { kind: told!.kind, tries, why, left: await test.redis.hget(key, 'inspecting') };
}

describe('a download whose content is looked into', () => {
  const why = 'its content stopped what looked into it, or its process, each time';

  it('is set aside when its content has stopped the inspection twice', async () => {
    const end = await run(() => Promise.reject(new InspectionStopped()));
    expect(end).toMatchObject({ kind: 'file_failed', tries: 2, why });
  });

  it('is set aside when two processes have ended while they looked into it', async () => {
    const dead = { state: 'open', inspecting: 1, stopped: 1 };
    expect(await run(() => Promise.resolve(), dead)).toMatchObject({ tries: 0, why });
  });

  it('goes on when one inspection was stopped', async () => {
    const stopOnce = (nth: number): Promise<unknown> =>
      nth === 1 ? Promise.reject(new InspectionStopped()) : Promise.resolve();
    expect(await run(stopOnce)).toEqual({ kind: 'file_ready', tries: 2, left: null });
  });

  it('is not counted when it was handed back, or failed for another reason', async () => {
    const others = (nth: number): Promise<unknown> =>
      nth === 1
        ? Promise.reject(new DownloadHandedBack())
        : nth < 4
          ? Promise.reject(new Error('no'))
          : Promise.resolve();
    expect(await run(others)).toEqual({ kind: 'file_ready', tries: 4, left: null });
  });
});
