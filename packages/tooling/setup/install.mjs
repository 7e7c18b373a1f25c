import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { npmQuietly } from './run.mjs';

/** Runs `npm ci` unless node_modules already matches package-lock.json. Resolves with whether it succeeded. */
export async function install() {
  if (isInstalled()) return true;
  console.log('Installing packages (npm ci); this takes half a minute or so ...');
  return npmQuietly(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** npm writes this list at the end of an install, so an interrupted install does not match. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  return (
    present !== undefined &&
    Object.entries(wanted).every(([path, { version, optional, link }]) => {
      if (!path.startsWith('node_modules/') || optional) return true;
      return link ? path in present : present[path]?.version === version;
    })
  );
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
