import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';
import { npmQuietly } from './run.mjs';

/** The package that holds Node's binary for this machine, and has no install script. */
function packageName() {
  // The name without `bin` was given away before there were such Macs.
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

/**
 * The path of another Node's binary, which npm fetches into node_modules/.cache when it is not there yet; undefined
 * when it cannot be had, and npm has said why.
 *
 * @param version of Node: `24` is the newest of that major version
 */
export async function getNode(version) {
  const name = packageName();
  const folder = join(root, 'node_modules/.cache/chatlane/node', version);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(binary)) return binary;
  console.log(`Fetching Node ${version} (${name}) ...`);
  mkdirSync(folder, { recursive: true });
  // Without it npm would install into the workspace around it.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const where = ['--prefix', folder, '--workspaces=false', '--ignore-scripts', '--no-package-lock'];
  const installed = await npmQuietly(['install', ...where, `${name}@${version}`]);
  return installed && existsSync(binary) ? binary : undefined;
}

/** The exact version of a binary that `getNode` gave. */
export function exactVersion(binary) {
  return JSON.parse(readFileSync(join(dirname(binary), '../package.json'), 'utf8')).version;
}
