import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run.mjs';

// Programs that tests need besides Node. Any one of `names`, on PATH or in `folders`, is enough.
const programs = [
  { what: 'Redis', names: ['redis-server', 'valkey-server'], apt: 'redis-server', brew: 'redis' },
  {
    what: 'PostgreSQL',
    names: ['initdb'],
    // Debian does not put the server's programs on PATH.
    folders: versionsIn('/usr/lib/postgresql'),
    apt: 'postgresql',
    brew: 'postgresql',
  },
  { what: 'OpenSSL', names: ['openssl'], apt: 'openssl', brew: 'openssl' },
  { what: 'Prometheus', names: ['prometheus'], apt: 'prometheus', brew: 'prometheus' },
  {
    what: 'Alertmanager',
    names: ['prometheus-alertmanager', 'alertmanager'],
    apt: 'prometheus-alertmanager',
    brew: 'alertmanager',
  },
  {
    what: 'nginx',
    names: ['nginx'],
    folders: () => ['/usr/sbin'],
    apt: 'nginx-light',
    brew: 'nginx',
  },
  ...(process.platform === 'linux'
    ? [{ what: 'systemd', names: ['systemd-analyze'], apt: 'systemd', brew: 'systemd' }]
    : []),
  {
    what: 'Chromium',
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    apt: 'chromium',
    brew: '--cask chromium',
  },
];

/**
 * Finds the programs that tests need, or installs them where that needs no confirmation (as root on Debian-based systems).
 * Returns instructions for installing those that are still missing, or undefined.
 */
export async function getPrograms() {
  if (missing().length === 0) return undefined;
  if (isOnPath('apt-get') && process.getuid?.() === 0) {
    console.log(`Installing ${listOf(missing())} ...`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const packages = missing().map(({ apt }) => apt);
    if (await runQuietly('apt-get', ['update'], { env })) {
      await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
        env,
      });
    }
  }
  const left = missing();
  return left.length === 0 ? undefined : adviceFor(left);
}

function missing() {
  const path = (process.env.PATH ?? '').split(delimiter);
  return programs.filter(
    ({ names, folders }) => !names.some((name) => isIn([...path, ...(folders?.() ?? [])], name)),
  );
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

/** Returns a function that lists the existing folders `<folder>/<version>/bin`. */
function versionsIn(folder) {
  return () =>
    existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, 'bin')) : [];
}

function isOnPath(name) {
  return isIn((process.env.PATH ?? '').split(delimiter), name);
}

function isIn(folders, name) {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
