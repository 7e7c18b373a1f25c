import { Registry } from 'prom-client';
import { createDeadDownloads, observeDownloads, type DeadDownloads } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let test: TestDownloads;
let dead: DeadDownloads;
beforeAll(async () => {
  test = await startDownloads();
  dead = createDeadDownloads({ redis: test.redis, name: test.name });
});
afterAll(async () => {
  await dead.close();
  await test.stop();
});

describe('createDeadDownloads', () => {
  it('keeps a failed download, retries it on request, and reports it in the metrics', async () => {
    const registry = new Registry();
    const observer = observeDownloads(registry, { redis: test.redis, name: test.name });
    let works = false;
    const fetchFile = ({
      media: { fileId, name },
    }: {
      media: { fileId: string; name?: string };
    }) => (works ? test.fetched(fileId, name) : Promise.reject(new Error('no')));
    await test.downloader({ attempts: 2 }, { fetchFile, observer });
    const requests = [request({ file: 'first' }), request({ file: 'second' })] as const;
    for (const each of requests) await test.queue.add('download', each);
    await until(async () => (await dead.count()) === 2);
    const listed = await dead.list(10);
    expect(listed.map(({ request: { id } }) => id).sort()).toEqual(
      requests.map(({ id }) => id).sort(),
    );
    expect(await dead.get(requests[0].id)).toMatchObject({
      request: requests[0],
      why: 'Error, 2 tries',
    });
    expect((await dead.get(requests[0].id))!.failedAt).toBeGreaterThan(requests[0].requestedAt);

    // It fails again: another event, another dead letter.
    expect(await dead.retry(requests[0].id)).toBe(true);
    await until(async () => (await test.events()).length === 3 && (await dead.count()) === 2);
    works = true;
    expect(await dead.retry(requests[0].id)).toBe(true);
    const events = await until(async () => (await test.events()).length === 4 && test.events());
    expect(events.map(({ kind }) => kind)).toEqual([
      ...Array<string>(3).fill('file_failed'),
      'file_ready',
    ]);
    expect(events[3]!.payload).toMatchObject({
      request: requests[0].id,
      files: [{ id: 'u-first' }],
    });
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);

    expect(await dead.retry(requests[0].id)).toBe(false);
    expect(await dead.purge(requests[0].id)).toBe(false);
    const figures = await registry.metrics();
    expect(figures).toContain('chatlane_downloads_total{kind="document",outcome="unavailable"} 3');
    expect(figures).toContain('chatlane_download_bytes_total{kind="document"} 5');
    expect(figures).toContain('chatlane_downloads{state="dead"} 1');
    expect(figures).toContain('chatlane_oldest_download_seconds 0');
    expect(await dead.purge(requests[1].id)).toBe(true);
    expect(await dead.count()).toBe(0);
  });
});
