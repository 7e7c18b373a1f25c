import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFsStorage, otherDevice } from './fs-process.testkit.js';

/** Puts files of 300 kB until one is refused, frees space, puts again, and prints what it found. */
const filler = `
const [dir, elsewhere] = process.argv.slice(2);
const storage = createFsStorage({ dir });
await storage.check();
const put = async (name, bytes) => {
  const path = join(elsewhere, name);
  try {
    await storage.put('id/' + name, { path }, { size: bytes, sha256: '', type: '' });
  } catch (error) {
    return { name, code: error.code, message: error.message.replace(dir, '<dir>'), source: existsSync(path) };
  }
};
const whole = [];
let refused;
for (let file = 0; !refused && file < 10; file += 1) refused = await put('file-' + file, 300_000 + file * 50_000);
for await (const { key, size } of storage.list()) whole.push(size === 300_000 + Number(key.split('-')[1]) * 50_000);
const spool = readdirSync(storage.spool);
await storage.delete('id/file-0');
const again = await put('file-later', 250_000);
console.log(JSON.stringify({ refused, whole, spool, again }));
`;

/** Where the system allows it: a 1 MB file system that only the process sees and that ends with it. */
const smallDisk = 'mount -t tmpfs -o size=1m none "$1" && exec "$0" "$2" "$1" "$3"';
/** Otherwise: a file size limit of 400 kB, which also interrupts a copy. */
const smallFiles = 'ulimit -f 800 && exec "$0" "$2" "$1" "$3"';

describe('the fs storage', () => {
  it('leaves no partial file when the disk is full, and recovers once there is space', () => {
    const compiled = compileFsStorage();
    const dir = mkdtempSync(join(tmpdir(), 'chatlane-files-'));
    const elsewhere = otherDevice();
    const what = [process.execPath, dir, compiled.program(filler), elsewhere];
    const writeSample = (name: string, bytes: number) =>
      writeFileSync(join(elsewhere, name), Buffer.alloc(bytes, name));
    const run = (command: string, args: string[]) => spawnSync(command, args, { encoding: 'utf8' });
    for (let file = 0; file < 10; file += 1) writeSample(`file-${file}`, 300_000 + file * 50_000);
    writeSample('file-later', 250_000);
    let ran = run('unshare', ['-Urm', 'sh', '-c', smallDisk, ...what]);
    const isSmallDisk = ran.status === 0;
    if (!isSmallDisk) ran = run('sh', ['-c', smallFiles, ...what]);
    compiled.remove();
    for (const folder of [dir, elsewhere]) rmSync(folder, { recursive: true, force: true });

    expect(ran.stderr).toBe('');
    const report = JSON.parse(ran.stdout) as Record<string, unknown>;
    const sentence = isSmallDisk
      ? 'is full: free some space, or move STORAGE_DIR to a larger disk'
      : 'does not accept a file of this size';
    expect(report).toEqual({
      refused: {
        name: isSmallDisk ? 'file-2' : 'file-3',
        code: isSmallDisk ? 'ENOSPC' : 'EFBIG',
        message: `the storage in <dir> ${sentence}`,
        source: true,
      },
      whole: isSmallDisk ? [true, true] : [true, true, true],
      spool: [],
    });
  });
});
