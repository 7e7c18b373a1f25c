import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run.mjs';

// What tests need beyond Node: any one of `names` on PATH will do.
const programs = [
  { what: 'Redis', names: ['redis-server', 'valkey-server'], apt: 'redis-server', brew: 'redis' },
  { what: 'Prometheus', names: ['prometheus'], apt: 'prometheus', brew: 'prometheus' },
  {
    what: 'Chromium',
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    apt: 'chromium',
    brew: '--cask chromium',
  },
];

/**
 * Finds the programs tests need, or installs them where that needs no question (Debian and its kin, as root).
 * Returns what to type for those still missing, or undefined.
 */
export function getPrograms() {
  if (missing().length === 0) return undefined;
  if (isOnPath('apt-get') && process.getuid?.() === 0) {
    console.log(`Installing ${listOf(missing())} ...`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const packages = missing().map(({ apt }) => apt);
    if (runQuietly('apt-get', ['update'], env)) {
      runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...packages], env);
    }
  }
  const left = missing();
  return left.length === 0 ? undefined : adviceFor(left);
}

function missing() {
  return programs.filter(({ names }) => !names.some(isOnPath));
}

function adviceFor(left) {
  const install = isOnPath('brew')
    ? left.map(({ brew }) => `brew install ${brew}`).join(' && ')
    : `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${left.map(({ apt }) => apt).join(' ')}`;
  return `The tests need ${listOf(left)} on PATH. To install:\n  ${install}`;
}

function listOf(some) {
  return some.map(({ what }) => what).join(', ');
}

function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
