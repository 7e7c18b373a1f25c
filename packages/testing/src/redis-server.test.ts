import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '@chatlane/processes';
import { startRedisServer } from './redis-server.js';

describe('startRedisServer', () => {
  it('starts several independent servers at once', async () => {
    const servers = await Promise.all([startRedisServer(), startRedisServer(), startRedisServer()]);
    const pids = await Promise.all(servers.map(({ url }) => ask(url, (redis) => pidOf(redis))));
    expect(pids).toEqual(servers.map((server) => server.process.pid));
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('can restart a server on the same port with its data', async () => {
    const place = { port: await freePort(), dir: await mkdtemp(join(tmpdir(), 'chatlane-place-')) };
    const args = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const first = await startRedisServer(args, place);
    await ask(first.url, (redis) => redis.set('word', 'kept'));
    await first.stop();
    const second = await startRedisServer(args, place);
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, (redis) => redis.get('word'))).toBe('kept');
    await second.stop();
    await rm(place.dir, { recursive: true });
  });

  it('rejects a port that another Redis uses', async () => {
    const owner = await startRedisServer();
    await expect(startRedisServer([], { port: owner.port })).rejects.toThrow(String(owner.port));
    await owner.stop();
  });

  it('asks for other ports when one of them is taken', async () => {
    const owner = await startRedisServer();
    const busPorts = [owner.port, await freePort()];
    const server = await startRedisServer(() =>
      Promise.resolve(['--cluster-enabled', 'yes', '--cluster-port', String(busPorts.shift())]),
    );
    expect(busPorts).toEqual([]);
    await Promise.all([owner, server].map((each) => each.stop()));
  });

  it("includes the server's output in the error when the server does not start", async () => {
    await expect(startRedisServer(['--no-such-setting', '1'])).rejects.toThrow(/no-such-setting/);
  });

  it('starts a server that ends with the process that started it', async () => {
    const server = await startRedisServer();
    const exited = once(server.process, 'exit');
    // The operating system closes this pipe when its owner dies, even by SIGKILL.
    server.process.stdin?.destroy();
    await exited;
    await server.stop();
  });
});

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  return question(redis).finally(() => redis.disconnect());
}

async function pidOf(redis: Redis): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
}
