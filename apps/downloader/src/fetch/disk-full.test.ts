import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const program = fileURLToPath(new URL('disk-full.testkit.ts', import.meta.url));

/** A file system of 1 MB that only the process sees and that ends with it. */
const smallDisk = 'mount -t tmpfs -o size=1m none "$1" && TMPDIR="$1" exec "$0" --import tsx "$2"';

/** Runs a command where mounting is allowed: as root, or in a user namespace if the system permits. */
function unshared(...command: string[]) {
  // tsx would otherwise put its cache on the small disk.
  const env = {
    ...process.env,
    NODE_OPTIONS: '--conditions=@chatlane/source',
    TSX_DISABLE_CACHE: '1',
  };
  return spawnSync('unshare', ['-Urm', ...command], { cwd: root, env, encoding: 'utf8' });
}
const onSmallDisk = unshared('true').status === 0 ? it : it.skip;

describe('the fetch', () => {
  onSmallDisk(
    'postpones a download while the disk is full, leaves no partial file, and continues once there is space',
    () => {
      const dir = mkdtempSync(join(tmpdir(), 'chatlane-small-'));
      const ran = unshared('sh', '-c', smallDisk, process.execPath, dir, program);
      rmSync(dir, { recursive: true, force: true });
      expect(ran.stderr).toBe('');
      const later = { name: 'RetryLater', afterMs: 60_000 };
      const warning =
        'misconfigured: the spool folder is full: free some space, or move SPOOL_DIR to a larger disk';
      expect(JSON.parse(ran.stdout)).toEqual({
        full: { ...later, reports: [warning], left: 0 },
        afterwards: { isWhole: true, left: 1 },
        // A part that waits for its next attempt stays; its copy is removed.
        adopting: { ...later, reports: [warning], left: 2 },
        resumed: { isWhole: true, left: 1, ranges: [null, expect.stringMatching(/^bytes=[1-9]/)] },
      });
    },
  );
});
