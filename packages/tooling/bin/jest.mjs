// Runs jest with the shared preset on the given folders or files (default: the whole monorepo):
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

/** The workspace of a path, such as `packages/lanes` or `test`. */
function workspaceOf(path) {
  const parts = relative(root, path).split(sep);
  return join(root, ...parts.slice(0, parts[0] === 'test' ? 1 : 2));
}

// Whole-system tests wait more than they compute, so two more workers than cores keep the cores busy.
const workers = Math.min(4, availableParallelism() + 2);
const workspaces = [...new Set(named.map(workspaceOf))].join('\n');
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    // The configuration is a file, because jest would apply inline JSON to every project, and each project would then
    // be the whole tree.
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
    env: { ...process.env, ...(workspaces === '' ? {} : { CHATLANE_TEST_WORKSPACES: workspaces }) },
  },
);
process.exit(status ?? 1);
