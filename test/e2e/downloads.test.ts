import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { until } from '@chatlane/testing';
import { meet } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const MB = 2 ** 20;
let system: TestSystem;

beforeAll(async () => {
  system = await startSystem({
    workers: 1,
    downloaders: 1,
    workerEnv: { BOT_MODULE: '' },
    downloaderEnv: { DOWNLOAD_LEASE_MS: '2000' },
  });
  await system.play('/play/ranges', { served: true });
});
afterAll(() => system.stop());

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(join(system.storageDir, folder), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

async function untilSpooled(bytes: number): Promise<void> {
  await until(async () => {
    const paths = await filesIn('spool');
    const sizes = paths.map((path) => stat(path).catch(() => ({ size: 0 })));
    const isLarge = (await Promise.all(sizes)).some(({ size }) => size >= bytes);
    // A process that is killed leaves what its last checkpoint describes.
    return isLarge && paths.some((path) => path.endsWith('.json'));
  }, `a file of ${bytes} bytes and its checkpoint in the spool`);
}

async function figure(port: number | undefined, line: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const found = metrics.split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.split(' ').at(-1));
}

describe('an interrupted download', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'resumes in another process from the bytes already fetched when the first gets %s',
    async (signal) => {
      const ann = await meet(system);
      await system.play('/play/faults', { kind: 'file-stall', bytes: 9 * MB, count: 1 });
      const seed = signal === 'SIGTERM' ? 1 : 2;
      const fileId = await ann.sendFile({ name: `${signal}.bin`, size: 12 * MB, seed });
      await untilSpooled(8 * MB);
      const [first] = system.downloaders;
      const second = await system.startDownloader();
      first!.kill(signal);
      await first!.exited;
      await ann.sees(`^Saved: ${signal}.bin`);

      const resumed = 'chatlane_fetch_events_total{event="resumed"}';
      expect(await figure(second.ports.ops, resumed)).toBe(1);
      // The bytes that were already there were not sent again.
      const bytes = await figure(second.ports.ops, 'chatlane_fetched_bytes_total');
      expect(bytes).toBeLessThan(12 * MB);
      const { sha256 } = await system.play<{ sha256: string }>(`/play/files/${fileId}/sha256`);
      expect((await filesIn('files')).map((path) => basename(path))).toContain(sha256);
      expect(await filesIn('spool')).toEqual([]);
      expect((await ann.answers()).filter((said) => said.includes('Saved'))).toHaveLength(1);
    },
  );
});
