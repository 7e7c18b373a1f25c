// Runs jest with the shared preset over the folders or files named (default: the whole monorepo):
//   node packages/tooling/bin/jest.mjs [folder | file ...] [jest options]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { preset } from '../jest.preset.mjs';
import { root } from '../setup/root.mjs';

const args = process.argv.slice(2);
const named = args
  .filter((arg) => !arg.startsWith('-') && existsSync(arg))
  .map((arg) => resolve(arg));
const options = args.filter((arg) => !named.includes(resolve(arg)));

const everywhere = ['packages', 'apps']
  .flatMap((floor) => readdirSync(join(root, floor)).map((room) => join(root, floor, room)))
  .concat(join(root, 'test'));

/** The workspace a path is in: `packages/lanes`, `test`. */
function roomOf(path) {
  const parts = relative(root, path).split(sep);
  return join(root, ...parts.slice(0, parts[0] === 'test' ? 1 : 2));
}

const rooms = named.length > 0 ? [...new Set(named.map(roomOf))] : everywhere;
const config = {
  rootDir: root,
  testTimeout: 30_000,
  projects: rooms.map((rootDir) => ({ ...preset, rootDir })),
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
    ...named,
  ],
  { stdio: 'inherit', cwd: root },
);
process.exit(status ?? 1);
