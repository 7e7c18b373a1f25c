import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { folderWithScripts } from '../scripts.testkit.js';
import { obtainRedis } from './obtain.js';

describe('obtainRedis', () => {
  it('suggests an install command when Redis is not installed and cannot be fetched', async () => {
    const place = folderWithScripts({ 'bin/dnf': 'exit' });
    const obtained = obtainRedis(() => undefined, join(place, 'bin'), join(place, 'none'));
    await expect(obtained).rejects.toThrow('sudo dnf install -y redis');
    rmSync(place, { recursive: true });
  });

  it('says why fetching failed, and suggests an install command', async () => {
    const place = folderWithScripts({
      'bin/apt-get': `echo 'E: Could not resolve the mirror' >&2; exit 100`,
      'bin/apt-cache': 'exit 100',
      'bin/dpkg': 'exit',
      'bin/dpkg-query': 'exit 1',
    });
    const obtained = obtainRedis(() => undefined, join(place, 'bin'), join(place, 'none'));
    await expect(obtained).rejects.toMatchObject({
      faults: [
        expect.stringContaining('E: Could not resolve the mirror'),
        expect.stringContaining('apt-get install -y redis-server'),
      ],
    });
    rmSync(place, { recursive: true });
  });
});
