import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeUsable } from './usable-folder.js';

describe('makeUsable', () => {
  it('creates a private folder, or names the setting when it cannot', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'chatlane-usable-'));
    await makeUsable('SPOOL_DIR', join(dir, 'a/b'));
    await makeUsable('SPOOL_DIR', join(dir, 'a/b'));
    expect((await stat(join(dir, 'a/b'))).mode & 0o777).toBe(0o700);
    const file = join(dir, 'file');
    await writeFile(file, '');
    await expect(makeUsable('QUARANTINE_DIR', file)).rejects.toThrow(
      `QUARANTINE_DIR must be a folder that this user may write to: ${file} is not (EEXIST)`,
    );
    await expect(makeUsable('SPOOL_DIR', join(file, 'b'))).rejects.toThrow('is not (ENOTDIR)');
    await rm(dir, { recursive: true });
  });
});
