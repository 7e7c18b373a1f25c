import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { npmQuietly } from './run.mjs';

/** `npm ci`, but only when node_modules does not hold what package-lock.json asks for. Tells whether it succeeded. */
export async function install() {
  if (isInstalled()) return true;
  console.log('Installing packages (npm ci); this takes half a minute or so ...');
  return npmQuietly(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** npm writes down what it has installed, last of all: an interrupted install does not pass. */
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
