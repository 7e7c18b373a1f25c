import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';
import { npmQuietly } from './run.mjs';

/** The npm package with Node's binary for this machine; it has no install script. */
function packageName() {
  // For these Macs, the name without `bin` already belonged to another package.
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

/**
 * Returns the path of another Node's binary. If it is not in node_modules/.cache yet, npm fetches it. Returns undefined if
 * that fails; npm has then printed the reason.
 *
 * @param version version of Node; `24` is the newest of that major version
 */
export async function getNode(version) {
  const name = packageName();
  const folder = join(root, 'node_modules/.cache/chatlane/node', version);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(binary)) return binary;
  console.log(`Fetching Node ${version} (${name}) ...`);
  mkdirSync(folder, { recursive: true });
  // Without this file npm would install into the enclosing workspace.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const where = ['--prefix', folder, '--workspaces=false', '--ignore-scripts', '--no-package-lock'];
  const installed = await npmQuietly(['install', ...where, `${name}@${version}`]);
  return installed && existsSync(binary) ? binary : undefined;
}

/** The exact version of a binary returned by `getNode`. */
export function exactVersion(binary) {
  return JSON.parse(readFileSync(join(dirname(binary), '../package.json'), 'utf8')).version;
}
