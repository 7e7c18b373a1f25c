import { DownloadHandedBack, InspectionStopped } from '@chatlane/contracts';
import { createDeadDownloads, type FetchFile } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

/** Runs one request until its event. @returns the event's kind, the reason of a failure, and the number of attempts */
async function run(inspect: (nth: number) => Promise<unknown>, before: object = {}) {
  const test = await downloads.another();
  const wanted = request();
  const key = `${test.keys.scope[0]}:request:${wanted.id}`;
  let tries = 0;
  const fetchFile: FetchFile = async ({ media }, job) => {
    tries += 1;
    await job.inspecting!(() => inspect(tries));
    return test.fetched(media.fileId);
  };
  if (Object.keys(before).length > 0) await test.redis.hset(key, before);
  await test.downloader({}, { fetchFile });
  await test.queue.add('download', wanted);
  const [event] = await until(async () => (await test.events()).length > 0 && test.events());
  const dead = createDeadDownloads({ redis: test.redis, name: test.name });
  const isGivenUp = event!.kind === 'file_failed';
  const found = await until(async () => !isGivenUp || (await dead.list(1))[0]);
  const why = found === true ? undefined : found.why;
  await dead.close();
  return { kind: event!.kind, tries, why, left: await test.redis.hget(key, 'inspecting') };
}

describe('a download whose content is inspected', () => {
  const why = 'its content stopped the inspection, or its process, every time';

  it('fails when its content has stopped the inspection twice', async () => {
    const end = await run(() => Promise.reject(new InspectionStopped()));
    expect(end).toMatchObject({ kind: 'file_failed', tries: 2, why });
  });

  it('fails when two processes have died while inspecting it', async () => {
    const dead = { state: 'open', inspecting: 1, stopped: 1 };
    expect(await run(() => Promise.resolve(), dead)).toMatchObject({ tries: 0, why });
  });

  it('continues when one inspection was stopped', async () => {
    const stopOnce = (nth: number): Promise<unknown> =>
      nth === 1 ? Promise.reject(new InspectionStopped()) : Promise.resolve();
    expect(await run(stopOnce)).toEqual({ kind: 'file_ready', tries: 2, left: null });
  });

  it('does not count being handed back or failing for another reason', async () => {
    const others = (nth: number): Promise<unknown> =>
      nth === 1
        ? Promise.reject(new DownloadHandedBack())
        : nth < 4
          ? Promise.reject(new Error('no'))
          : Promise.resolve();
    expect(await run(others)).toEqual({ kind: 'file_ready', tries: 4, left: null });
  });
});
