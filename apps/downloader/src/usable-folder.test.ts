import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeUsable } from './usable-folder.js';

it('makes a folder of its user alone, and says which setting is at fault when it cannot', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-usable-'));
  await makeUsable('SPOOL_DIR', join(dir, 'a/b'));
  await makeUsable('SPOOL_DIR', join(dir, 'a/b'));
  expect((await stat(join(dir, 'a/b'))).mode & 0o777).toBe(0o700);
  const file = join(dir, 'file');
  await writeFile(file, '');
  await expect(makeUsable('QUARANTINE_DIR', file)).rejects.toThrow(
    `QUARANTINE_DIR must be a folder that this user may write to: ${file} is none (EEXIST)`,
  );
  await expect(makeUsable('SPOOL_DIR', join(file, 'b'))).rejects.toThrow('is none (ENOTDIR)');
  await rm(dir, { recursive: true });
});
