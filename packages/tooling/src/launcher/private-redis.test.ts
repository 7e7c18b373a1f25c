import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { folderWithScripts } from '../redis/get-redis.testkit.js';
import { startRedisServer } from '../redis-server.js';
import { checkRedis, obtainRedis } from './private-redis.js';

it('says what to type when there is no Redis and no way to fetch one', async () => {
  const place = folderWithScripts({ 'bin/dnf': 'exit' });
  const obtained = obtainRedis(() => undefined, join(place, 'bin'), join(place, 'none'));
  await expect(obtained).rejects.toThrow('sudo dnf install -y redis');
  rmSync(place, { recursive: true });
});

it('says why fetching failed, and still what to type', async () => {
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

it('accepts a Redis that answers, and names the setting when none does', async () => {
  const server = await startRedisServer();
  await checkRedis(server.url);
  await server.stop();
  const refused = checkRedis(server.url.replace('//', '//:the-password@'));
  await expect(refused).rejects.toThrow(`REDIS_URL: no Redis answers at 127.0.0.1:${server.port}`);
  await expect(refused).rejects.not.toThrow('the-password');
});
