import type { ForgetRequest } from '@chatlane/contracts';
import type { DownloadStorage } from '../src/index.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let downloads: TestDownloads;
beforeAll(async () => {
  downloads = await startDownloads();
});
afterAll(() => downloads.stop());

function forgetting(userId: number): ForgetRequest {
  const { id, address, requestedAt } = request({ userId });
  return { id, address, userId, requestedAt: requestedAt + 1 };
}

const tidy = (test: TestDownloads) => test.queues.maintenance.add('janitor', { chore: 'janitor' });

describe('forgetting', () => {
  it('deletes the files of a user and keeps those that others have too', async () => {
    const test = await downloads.another();
    await test.downloader();
    for (const userId of [1, 2])
      await test.queue.add('download', request({ file: 'shared', userId }));
    await test.queue.add('download', request({ file: 'own', userId: 1 }));
    await until(async () => (await test.events()).length === 3);
    const forget = forgetting(1);
    await test.queue.add('forget', forget);
    const events = await until(async () => (await test.events()).length === 4 && test.events());
    expect(events[3]).toMatchObject({
      id: `files.${forget.id}`,
      kind: 'files_forgotten',
      payload: { request: forget.id, count: 2, address: forget.address },
    });
    expect(await test.index.list(1, { offset: 0, limit: 10 })).toEqual({ files: [], total: 0 });
    const kept = await test.index.get(2, 'u-shared');
    expect(await test.objects()).toEqual([kept!.key]);

    await test.queue.add('forget', forgetting(2));
    await until(async () => (await test.events()).length === 5);
    expect(await test.objects()).toEqual([]);

    // The same content later becomes another object, so that a late delete of the first one cannot affect it.
    await test.queue.add(
      'download',
      request({ file: 'shared', userId: 1, requestedAt: Date.now() + 9 }),
    );
    await until(async () => (await test.events()).length === 6);
    expect(await test.objects()).toEqual([`${kept!.key}.r1`]);
  });

  it('stops running downloads, drops waiting and failed ones, and sends no events for them', async () => {
    const test = await downloads.another();
    let aborted = 0;
    await test.downloader(
      { userConcurrency: 1, attempts: 1, leaseMs: 1_500 },
      {
        fetchFile: ({ media }, { signal }) =>
          new Promise((_resolve, reject) => {
            if (media.fileId === 'dead') return reject(new Error('no'));
            signal.addEventListener('abort', () => {
              aborted += 1;
              reject(new Error('aborted'));
            });
          }),
      },
    );
    await test.queue.add('download', request({ file: 'dead' }));
    await until(async () => (await test.queues.downloads.getFailedCount()) === 1);
    for (const file of ['flying', 'waiting']) await test.queue.add('download', request({ file }));
    await until(async () => (await test.queues.downloads.getDelayedCount()) === 1);
    await test.queue.add('forget', forgetting(7));
    const events = await until(async () => (await test.events()).length === 2 && test.events());
    expect(events[1]!.payload).toMatchObject({ count: 2 });
    await until(() => aborted === 1);
    const all = ['active', 'delayed', 'prioritized', 'failed'] as const;
    await until(async () => (await test.queues.downloads.getJobCountByTypes(...all)) === 0);
    expect(await test.events()).toHaveLength(2);
    expect(await test.redis.exists(`${test.keys.scope[0]}:open:7`)).toBe(0);
  });

  it('does not store what was requested earlier but arrives later', async () => {
    const test = await downloads.another();
    const before = request();
    await test.downloader();
    await test.queue.add('forget', forgetting(7));
    await until(async () => (await test.events()).length === 1);
    await test.queue.add('download', before);
    await until(
      async () => (await test.queues.downloads.getJobCountByTypes('active', 'prioritized')) === 0,
    );
    expect(await test.events()).toHaveLength(1);
    expect(await test.objects()).toEqual([]);
  });

  it('does not record a file that arrives just after it was forgotten', async () => {
    const test = await downloads.another();
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    let begun = false;
    await test.downloader(
      { leaseMs: 60_000 },
      {
        fetchFile: async ({ media }) => {
          begun = true;
          await arrived;
          return test.fetched(media.fileId);
        },
      },
    );
    await test.queue.add('download', request());
    await until(() => begun);
    await test.queue.add('forget', forgetting(7));
    await until(async () => (await test.events()).length === 1);
    arrive();
    await until(async () => (await test.queues.downloads.getActiveCount()) === 0);
    await until(async () => {
      await tidy(test);
      return (await test.objects()).length === 0;
    });
    expect(await test.events()).toHaveLength(1);
    expect((await test.index.list(7, { offset: 0, limit: 1 })).total).toBe(0);
  });

  it('is reported once a running put has ended and its object is deleted', async () => {
    const test = await downloads.another();
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    let isPutting = false;
    const storage = {
      ...test.options().storage,
      async put(...args: Parameters<DownloadStorage['put']>) {
        isPutting = true;
        await arrived;
        await test.options().storage.put(...args);
      },
    };
    await test.downloader({ leaseMs: 60_000 }, { storage });
    await test.queue.add('download', request());
    await until(() => isPutting);
    await test.queue.add('forget', forgetting(7));
    await until(async () => (await test.queues.maintenance.getDelayedCount()) === 2);
    expect(await test.events()).toEqual([]);
    arrive();
    await until(async () => (await test.events()).length === 1);
    expect(await test.objects()).toEqual([]);
  });

  it('lets the next file continue immediately, whatever waited before it', async () => {
    const test = await downloads.another();
    const blocked = new Set(['one', 'next']);
    const go = new Map<string, () => void>();
    await test.downloader(
      { userConcurrency: 1, leaseMs: 60_000 },
      {
        async fetchFile({ media }) {
          if (blocked.has(media.fileId))
            await new Promise<void>((resolve) => go.set(media.fileId, resolve));
          return test.fetched(media.fileId);
        },
      },
    );
    await test.queue.add('download', request({ file: 'one' }));
    await until(() => go.has('one'));
    for (let waiting = 0; waiting < 40; waiting += 1) await test.queue.add('download', request());
    await until(async () => (await test.queues.downloads.getDelayedCount()) === 40);
    const forget = forgetting(7);
    await test.queue.add('forget', forget);
    await until(async () => (await test.events()).length === 1);
    const requestedAt = forget.requestedAt + 1;
    for (const file of ['next', 'last']) {
      await test.queue.add('download', request({ file, requestedAt }));
    }
    await until(async () => (await test.queues.downloads.getDelayedCount()) === 2);
    const [files] = test.keys.scope;
    expect(await test.redis.zcard(`${files}:waiting:7`)).toBe(2);
    go.get('one')!();
    await until(() => go.has('next'));
    go.get('next')!();
    await until(async () => (await test.events()).length === 3);
  });

  it('is reported even if an object of another user cannot be deleted', async () => {
    const test = await downloads.another();
    let refused = '';
    const troubles: string[] = [];
    const storage = {
      ...test.options().storage,
      delete: (key: string) =>
        key === refused ? Promise.reject(new Error('denied')) : test.options().storage.delete(key),
    };
    const observer = { trouble: (what: string) => void troubles.push(what) };
    await test.downloader({}, { storage, observer });
    for (const userId of [1, 2]) await test.queue.add('download', request({ userId }));
    await until(async () => (await test.events()).length === 2);
    refused = (await test.index.list(1, { offset: 0, limit: 1 })).files[0]!.key;
    await test.queue.add('forget', forgetting(1));
    await until(() => troubles.includes('forget'));
    await test.queue.add('forget', forgetting(2));
    const events = await until(async () => (await test.events()).length === 3 && test.events());
    expect(events[2]!.payload).toMatchObject({ address: { lane: 'c:2' }, count: 1 });
    await tidy(test);
    await until(() => troubles.includes('delete'));
    expect(await test.objects()).toEqual([refused]);
    // The forgetting is reported only once the object is deleted.
    refused = '';
    await until(async () => (await test.events()).length === 4);
    expect(await test.objects()).toEqual([]);
  });

  it('hides expired files from their users, then deletes them from the storage', async () => {
    const test = await downloads.another();
    await test.downloader({ keepMs: { photo: 300, document: 60_000 } });
    await test.queue.add('download', request({ file: 'photo', media: { kind: 'photo' } }));
    await test.queue.add('download', request({ file: 'document' }));
    await until(async () => (await test.events()).length === 2);
    const { files } = await test.index.list(7, { offset: 0, limit: 10 });
    for (const { kind, storedAt, expiresAt } of files) {
      expect(expiresAt! - storedAt).toBe(kind === 'photo' ? 300 : 60_000);
    }
    await until(async () => {
      await tidy(test);
      return (await test.objects()).length === 1;
    });
    const { files: left } = await test.index.list(7, { offset: 0, limit: 10 });
    expect(left.map(({ kind }) => kind)).toEqual(['document']);
  });

  it('deletes an object that was put but never recorded', async () => {
    const test = await downloads.another();
    let lose = true;
    await test.downloader(
      { leaseMs: 1_500, attempts: 1 },
      {
        storage: {
          ...test.options().storage,
          async put(...args) {
            await test.options().storage.put(...args);
            if (lose) throw new Error('the answer got lost');
          },
        },
      },
    );
    await test.queue.add('download', request());
    await until(async () => (await test.events()).length === 1);
    expect(await test.objects()).toHaveLength(1);
    lose = false;
    await until(async () => {
      await tidy(test);
      return (await test.objects()).length === 0;
    });
  });
});
