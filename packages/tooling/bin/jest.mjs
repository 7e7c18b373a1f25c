// Runs jest with the shared preset over the folders or files named (default: the whole monorepo):
//   node packages/tooling/bin/jest.mjs [folder | file ...] [jest options]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { root } from '../setup/root.mjs';

const args = process.argv.slice(2);
const named = args
  .filter((arg) => !arg.startsWith('-') && existsSync(arg))
  .map((arg) => resolve(arg));
const options = args.filter((arg) => !named.includes(resolve(arg)));

/** The workspace a path is in: `packages/lanes`, `test`. */
function roomOf(path) {
  const parts = relative(root, path).split(sep);
  return join(root, ...parts.slice(0, parts[0] === 'test' ? 1 : 2));
}

// Tests of whole systems wait more than they compute: two more workers than there are cores keep those busy.
const workers = Math.min(4, availableParallelism() + 2);
const rooms = [...new Set(named.map(roomOf))].join('\n');
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    // A file, not its JSON: jest lays JSON over every project, and each would then be the whole tree.
    '--config',
    join(root, 'packages/tooling/jest.config.mjs'),
    `--maxWorkers=${workers}`,
    '--testTimeout=300000',
    ...options,
    ...named,
  ],
  {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, ...(rooms === '' ? {} : { CHATLANE_TEST_ROOMS: rooms }) },
  },
);
process.exit(status ?? 1);
