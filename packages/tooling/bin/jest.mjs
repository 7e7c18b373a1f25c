// Runs jest over the folders named (default: the whole monorepo), with the shared preset:
//   node packages/tooling/bin/jest.mjs [folder ...] [jest options]
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preset } from '../jest.preset.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const args = process.argv.slice(2);
const folders = args.filter((arg) => !arg.startsWith('-')).map((folder) => resolve(folder));
const options = args.filter((arg) => arg.startsWith('-'));

const everywhere = ['packages', 'apps']
  .flatMap((floor) => readdirSync(join(root, floor)).map((room) => join(root, floor, room)))
  .concat(join(root, 'test'));

const rooms = folders.length > 0 ? folders : everywhere;
const config = {
  testTimeout: 30_000,
  // A single entry in `projects` makes jest read this very configuration again, without end or folder.
  ...(rooms.length === 1
    ? { ...preset, rootDir: rooms[0] }
    : { rootDir: root, projects: rooms.map((rootDir) => ({ ...preset, rootDir })) }),
};

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--config',
    JSON.stringify(config),
    '--maxWorkers=2',
    ...options,
  ],
  { stdio: 'inherit', cwd: root },
);
process.exit(status ?? 1);
