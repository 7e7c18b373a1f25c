import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { folderWithScripts } from '../scripts.testkit.js';
import { unpackRedis } from '../redis/unpack-redis.js';
import { canUnpack } from './unpack.js';

const dependencies = `redis-tools
 |Depends: libsystemd0
  Depends: libelogind0
  Depends: libc6
  Depends: libssl3t64
  Depends: adduser`;

/** Scripts that replace apt and dpkg and log their arguments; the package contains the same program as Debian's. */
function machine(scripts: Record<string, string> = {}) {
  const place = folderWithScripts({
    'bin/apt-get': `echo "$*" >> "$LOG"; case "$*" in *update) : > "$LOG.lists";; *download*) [ -e "$LOG.lists" ] || { echo 'E: no lists' >&2; exit 100; }; for last; do :; done; : > "$last.deb";; esac`,
    'bin/apt-cache': `cat <<END\n${dependencies}\nEND`,
    'bin/dpkg-query': `echo 'libsystemd0 install ok installed'; exit 1`,
    'bin/dpkg': `mkdir -p "$3/usr/bin"; printf '#!/bin/sh\\necho Redis' > "$3/usr/bin/redis-check-rdb"; chmod +x "$3/usr/bin/redis-check-rdb"`,
    ...scripts,
  });
  process.env['LOG'] = join(place, 'log');
  return {
    path: `${join(place, 'bin')}:${process.env['PATH']}`,
    folder: join(place, 'data/redis-server'),
    calls: () => readFileSync(join(place, 'log'), 'utf8').trim().split('\n'),
    remove: () => rmSync(place, { recursive: true }),
  };
}

describe('unpacking Redis from Debian packages', () => {
  it('fetches only the libraries that the machine lacks, and never the C library', async () => {
    const { path, folder, calls, remove } = machine();
    const program = await unpackRedis(folder, path);
    expect(program.command).toBe(join(folder, 'usr/bin/redis-server'));
    expect(calls().at(-1)).toMatch(/ download redis-tools libssl3t64$/);
    remove();
  });

  it('fetches package lists into a separate folder when the machine has none', async () => {
    const { path, folder, calls, remove } = machine();
    await unpackRedis(folder, path);
    const update = calls().find((call) => call.endsWith('update'));
    expect(update).toContain(`-o Dir::State=${folder}-`);
    remove();
  });

  it('includes the output of apt-get in the error when nothing can be fetched', async () => {
    const { path, folder, remove } = machine({
      'bin/apt-get': `echo 'E: Could not resolve the mirror' >&2; exit 100`,
    });
    await expect(unpackRedis(folder, path)).rejects.toThrow('E: Could not resolve the mirror');
    remove();
  });

  it('is not possible without apt-get', () => {
    expect(canUnpack('')).toBe(false);
  });
});
