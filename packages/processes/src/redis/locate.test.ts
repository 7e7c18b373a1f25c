import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWithScripts } from '../scripts.testkit.js';
import { redisAdvice } from './advice.js';
import { locateRedis } from './locate.js';

describe('locateRedis', () => {
  it('prefers Redis on PATH, then Valkey, then the unpacked server', () => {
    const place = folderWithScripts({
      'both/valkey-server': 'exit',
      'both/redis-server': 'exit',
      'valkey/valkey-server': 'exit',
      'unpacked/usr/bin/redis-server': 'exit',
    });
    const find = (path: string, folder: string) =>
      locateRedis(join(place, path), join(place, folder));
    expect(find('both', 'unpacked')?.command).toBe(join(place, 'both/redis-server'));
    expect(find('valkey', 'unpacked')?.command).toBe(join(place, 'valkey/valkey-server'));
    expect(find('none', 'unpacked')?.command).toBe(join(place, 'unpacked/usr/bin/redis-server'));
    expect(find('none', 'none')).toBeUndefined();
    rmSync(place, { recursive: true });
  });

  it('points an unpacked server to the libraries that were unpacked with it, on any architecture', () => {
    const place = folderWithScripts({ 'usr/bin/redis-server': 'exit' });
    const libraries = join(place, 'usr/lib/riscv64-linux-gnu');
    mkdirSync(libraries, { recursive: true });
    writeFileSync(join(libraries, 'libjemalloc.so.2'), '');
    expect(locateRedis('', place)?.env).toEqual({ LD_LIBRARY_PATH: libraries });
    rmSync(place, { recursive: true });
  });

  it("suggests the install command of the machine's package manager", () => {
    const place = folderWithScripts({ 'fedora/dnf': 'exit', 'alpine/apk': 'exit' });
    expect(redisAdvice(join(place, 'fedora'))).toContain('sudo dnf install -y redis');
    expect(redisAdvice(join(place, 'alpine'))).toContain('sudo apk add redis');
    expect(redisAdvice('')).toContain('docker run');
    rmSync(place, { recursive: true });
  });
});
