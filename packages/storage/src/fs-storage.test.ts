import { mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsStorage } from './fs-storage.js';
import { createSamples, describeStorage } from './storage.testkit.js';

describeStorage(
  'file system',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'chatlane-files-'));
    return {
      storage: createFsStorage({ dir }),
      stop: () => rm(dir, { recursive: true, force: true }),
    };
  },
  { largeBytes: 3_000_000 },
);

describe('the fs storage', () => {
  it('renews the time of a file that is put again, and keeps it read-only', async () => {
    const samples = await createSamples();
    const storage = createFsStorage({ dir: samples.folder });
    const { path, key, about, content } = await samples.make();
    await storage.put(key, { path }, about);
    const file = join(samples.folder, 'files', key);
    await utimes(file, 1, 1);
    await storage.put(key, await samples.make(content), about);
    const after = await stat(file);
    expect(after.mtimeMs).toBeGreaterThan(1_000_000);
    expect(after.mode & 0o777).toBe(0o440);
    await samples.remove();
  });
});
