import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { failureOf, sha256, someBytes, startBench, token } from '../fetch.testkit.js';

const content = someBytes(3_000_000);
let dir: string;
let filesDir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-local-'));
  // The server names the folder of a bot after its token.
  filesDir = join(dir, 'server');
  await mkdir(join(filesDir, token, 'documents'), { recursive: true });
  await writeFile(join(filesDir, token, 'documents', 'file_1'), content);
  await writeFile(join(dir, 'secret'), 'secret');
  await symlink(join(dir, 'secret'), join(filesDir, 'link'));
  await symlink(dir, join(filesDir, 'folder'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const start = (path: string) =>
  startBench({ getFile: () => ({ file_path: path }), options: { filesDir } });

describe('createDiskSource', () => {
  it.each(['path', 'file: URL'])('copies a file of the local server by its %s', async (way) => {
    const path = join(filesDir, token, 'documents', 'file_1');
    await using bench = await start(way === 'path' ? path : pathToFileURL(path).href);
    const fetched = await bench.fetch({ size: content.length });
    expect(fetched).toMatchObject({ size: content.length, sha256: sha256(content) });
    // Changes to the server's own file do not affect our copy.
    await truncate(path, 0);
    expect(sha256(await readFile(fetched.path))).toBe(sha256(content));
    await writeFile(path, content);
    expect(bench.ranges).toEqual([]);
  });

  it.each([
    ['outside the folder', '/etc/passwd'],
    ['whose path climbs out of the folder', '<dir>/../secret'],
    ['that is a link out of the folder', '<dir>/link'],
    ['behind a link out of the folder', '<dir>/folder/secret'],
    ['that is the folder itself', '<dir>'],
    ['that is a folder', `<dir>/${token}/documents`],
    ['by the URL of another host', 'file://server/etc/passwd'],
  ])('refuses a file %s', async (_, path) => {
    await using bench = await start(path.replace('<dir>', filesDir));
    expect((await failureOf(bench.fetch())).reason).toBe('unsafe');
  });

  it('requests a removed file again, and never shows the path in an error', async () => {
    await using bench = await start(join(filesDir, token, 'documents', 'gone'));
    const error = await failureOf(bench.fetch());
    expect(error.reason).toBeUndefined();
    expect(inspect(error, { depth: 9 })).not.toContain(token.split(':')[1]);
    expect(bench.getFiles()).toBe(2);
  });

  it('notifies the operator when the folder is not configured', async () => {
    await using bench = await startBench({ getFile: () => ({ file_path: '/var/lib/bot/file' }) });
    expect((await failureOf(bench.fetch())).reason).toBe('unsafe');
    expect(bench.reports).toEqual([expect.stringContaining('TELEGRAM_FILES_DIR')]);
  });
});
