import { createDownloader, createDownloadQueue, type Downloader } from '@chatlane/downloads';
import { startDeployment, until, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
let downloader: Downloader;
const sent: string[] = [];

beforeAll(async () => {
  deployment = await startDeployment();
  const { redis } = deployment;
  downloader = createDownloader({
    redis,
    name: 'chatlane',
    fetchFile: () => Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNRESET' })),
    checkStored: () => Promise.resolve('x'),
    keyOf: ({ sha256 }) => sha256,
    storage: { put: () => Promise.resolve(), delete: () => Promise.resolve() },
    notify: ({ id }) => Promise.resolve(sent.push(id)),
    limits: { attempts: 1 },
  });
  await downloader.start();
  const queue = createDownloadQueue({ redis, name: 'chatlane' });
  for (const userId of [1, 1, 2]) {
    const id = `u${userId}.${Math.random().toString(36).slice(2)}`;
    await queue.add('download', {
      id,
      address: { lane: `c:${userId}`, chat: { id: userId, type: 'private' } },
      userId,
      media: {
        kind: 'document',
        fileId: 'f',
        fileUniqueId: id,
        size: 2_048,
        name: 'my secret.pdf',
      },
      priority: 'normal',
      processors: [],
      requestedAt: Date.now(),
    });
  }
  await queue.close();
  await until(async () => (await listed()).length === 3);
});
afterAll(async () => {
  await downloader.stop();
  await deployment.stop();
});

const listed = (): Promise<{ id: string }[]> => deployment.json('files list');

describe('chatlane-ops files', () => {
  it('lists failed downloads, with file names only on request', async () => {
    const [shown, raw, his] = await Promise.all([
      deployment.ops('files list'),
      deployment.ops('files list --raw'),
      deployment.json<object[]>('files list --user 2'),
    ]);
    expect(shown.out).toMatch(/^ID +USER +KIND +SIZE +GIVEN UP +WHY$/m);
    expect(shown.out).toMatch(
      /^u2\.\w+ +2 +document +2\.0 KiB +.* ago +Error ECONNRESET, 1 tries$/m,
    );
    expect(widest(shown.out)).toBeLessThanOrEqual(80);
    expect(raw.out).toContain('"my secret.pdf"');
    expect(shown.out + JSON.stringify(his)).not.toContain('secret');
    expect(his).toMatchObject([{ userId: 2, lane: 'c:2', size: 2_048 }]);
  });

  it('retries the selected downloads, and deletes others', async () => {
    expect(await deployment.ops('files retry')).toMatchObject({ code: 2 });
    expect(await deployment.ops('files retry nothing')).toMatchObject({ code: 1 });
    const before = sent.length;
    expect(await deployment.json('files retry --user 1')).toEqual({ retried: 2 });
    await until(async () => sent.length === before + 2 && (await listed()).length === 3);
    const unconfirmed = await deployment.ops('files purge --all');
    expect(unconfirmed).toMatchObject({ code: 2 });
    expect(unconfirmed.errors).toContain('All 3 downloads of the deployment will be lost.');
    const [first] = await listed();
    expect(await deployment.json(`files purge ${first!.id} --yes`)).toEqual({ purged: 1 });
    expect(await deployment.json('files purge --all --yes')).toEqual({ purged: 2 });
    expect((await deployment.ops('files list')).out).toBe('There are no failed downloads.\n');
  });
});
