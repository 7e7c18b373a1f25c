import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsStorage } from './fs-storage.js';
import { describeStorage } from './storage.testkit.js';

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
