import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@chatlane/processes';
import { startRedisServer, type RedisServer, until } from '@chatlane/testing';
import { rewriteAofAfterRestarts } from './append-only-file.js';
import { connectRedis, type Redis } from './connect.js';

const AOF = ['--appendonly', 'yes'];

let dir: string;
let server: RedisServer;
const ends: (() => void)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-aof-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await server.stop();
  await rm(dir, { recursive: true });
});

const troubles: unknown[] = [];
function connectAndWatch(url: string): Redis {
  const redis = connectRedis({ url, name: 'test', whenDown: 'wait' });
  ends.push(() => redis.disconnect());
  ends.push(rewriteAofAfterRestarts(redis, (error) => troubles.push(error)));
  return redis;
}

/** How many rewrites have finished since the server started. */
async function rewrites(redis: Redis): Promise<number> {
  const info = await redis.info('persistence');
  if (/aof_rewrite_(in_progress|scheduled):1/.test(info)) return NaN;
  return Number(/aof_rewrites:(\d+)/.exec(info)?.[1]);
}

describe('rewriteAofAfterRestarts', () => {
  it('rewrites the file once after each restart, however many clients connect', async () => {
    server = await startRedisServer(AOF, { dir });
    const redis = connectAndWatch(server.url);
    await redis.set('word', 'kept');
    await until(async () => (await rewrites(redis)) === 1);

    await connectAndWatch(server.url).ping();
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no').catch(() => undefined);
    await redis.ping();
    expect(await rewrites(redis)).toBe(1);

    const { port } = server;
    await server.stop();
    server = await startRedisServer(AOF, { dir, port });
    await until(async () => (await rewrites(redis)) === 1);
    expect(await redis.get('word')).toBe('kept');
    expect(troubles).toEqual([]);
  });

  it('rewrites nothing on a server without an append-only file', async () => {
    server = await startRedisServer();
    const redis = connectAndWatch(server.url);
    await redis.ping();
    expect(await rewrites(redis)).toBe(0);
  });

  it('reports a server that refuses the rewrite', async () => {
    server = await startRedisServer(AOF, { dir });
    const admin = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
    ends.push(() => admin.disconnect());
    await admin.acl('SETUSER', 'poor', 'on', '>poor', '~*', '+@all', '-bgrewriteaof');
    connectAndWatch(server.url.replace('://', '://poor:poor@'));
    await until(() => Promise.resolve(troubles.length > 0));
    expect(String(troubles)).toMatch(/NOPERM/);
  });

  it('rewrites the files of all nodes of a cluster, including a node that restarts', async () => {
    const node = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
    const args = [...AOF, ...node, '--cluster-port', String(await freePort())];
    server = await startRedisServer(args, { dir });
    const { port } = server;
    const alone = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
    ends.push(() => alone.disconnect());
    await alone.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    await until(async () => /cluster_state:ok/.test(String(await alone.call('CLUSTER', 'INFO'))));

    const cluster = connectAndWatch(`${server.url},127.0.0.1:${port}`);
    await cluster.set('word', 'kept');
    await until(async () => (await rewrites(alone)) === 1);
    await server.stop();
    server = await startRedisServer(args, { dir, port });
    expect(await cluster.get('word')).toBe('kept');
    await until(async () => (await rewrites(alone)) === 1);
  });
});
