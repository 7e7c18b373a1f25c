import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis, type Redis } from '@chatlane/redis';
import { freePort } from '@chatlane/processes';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { createPauses } from './create-pauses.js';
import type { Pauses, PausesObserver } from './pauses.js';

/** Fixed, so that the server can be restarted with its data. */
let place: { port: number; dir: string };
let server: RedisServer;
const connections: Redis[] = [];
const started: Pauses[] = [];

function connect(): Redis {
  const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'fail-fast' });
  connections.push(redis);
  return redis;
}

/** The pauses of one worker. */
async function startPauses(name: string, observer: PausesObserver = {}): Promise<Pauses> {
  const redis = connect();
  await until(() => redis.status === 'ready');
  const pauses = createPauses({ redis, name, observer });
  await pauses.start();
  started.push(pauses);
  return pauses;
}

const startServer = () =>
  startRedisServer(['--appendonly', 'yes', '--appendfsync', 'always'], place);

beforeEach(async () => {
  place = { port: await freePort(), dir: mkdtempSync(join(tmpdir(), 'chatlane-pauses-')) };
  server = await startServer();
});
afterEach(async () => {
  for (const pauses of started.splice(0)) pauses.stop();
  for (const redis of connections.splice(0)) redis.disconnect();
  await server.stop();
  rmSync(place.dir, { recursive: true });
});

describe('pauses', () => {
  it('apply at once in this process, and soon in other workers', async () => {
    const [one, other] = await Promise.all([startPauses('a'), startPauses('a')]);
    const changed: string[] = [];
    other.onChange((scope) => changed.push(scope));
    const stored = one.pause('chat 42', 3_600_000, '429');
    expect(one.leftMs('chat 42')).toBeGreaterThan(3_500_000);
    expect(one.leftMs('chat 43')).toBe(0);
    await stored;
    await until(() => other.leftMs('chat 42') > 3_500_000);
    expect(other.leftMs('chat 42')).toBeLessThanOrEqual(3_600_000);
    expect(other.since('chat 42')).toBeGreaterThanOrEqual(0);
    expect(changed).toEqual(['chat 42']);
  });

  it('are read at the start, but not those of another deployment', async () => {
    const one = await startPauses('a');
    await one.pause('bot', 7_200_000, 'floods of several methods');
    const [late, otherDeployment] = await Promise.all([startPauses('a'), startPauses('b')]);
    expect(late.leftMs('bot')).toBeGreaterThan(7_000_000);
    expect(otherDeployment.leftMs('bot')).toBe(0);
    expect(await late.list()).toMatchObject([{ scope: 'bot', why: 'floods of several methods' }]);
  });

  it('are extended but never shortened, and keep the time at which they began', async () => {
    const [one, other] = await Promise.all([startPauses('a'), startPauses('a')]);
    await one.pause('bulk', 3_600_000, 'first');
    await other.pause('bulk', 1_000, 'second');
    await until(() => other.leftMs('bulk') > 1_000);
    expect(await one.list()).toHaveLength(1);
    const [entry] = await one.list();
    expect(entry?.leftMs).toBeGreaterThan(3_000_000);
    await other.pause('bulk', 7_200_000, 'third');
    const [prolonged] = await one.list();
    expect(prolonged?.leftMs).toBeGreaterThan(7_000_000);
    expect(prolonged?.sinceMs).toBeGreaterThanOrEqual(entry!.sinceMs);
  });

  it('end in every worker when they are lifted', async () => {
    const [one, other] = await Promise.all([startPauses('a'), startPauses('a')]);
    await one.pause('telegram', 60_000, 'away');
    await until(() => other.leftMs('telegram') > 0);
    await other.lift('telegram');
    expect(other.leftMs('telegram')).toBe(0);
    expect(other.since('telegram')).toBeUndefined();
    await until(() => one.leftMs('telegram') === 0);
    expect(await one.list()).toEqual([]);
  });

  it('expire, and leave nothing in Redis', async () => {
    const one = await startPauses('a');
    await one.pause('chat 1', 30, '429');
    await until(() => one.leftMs('chat 1') === 0);
    await until(async () => (await connections[0]!.exists('{a}:pauses')) === 0);
  });

  it('are deleted from Redis once they have ended, regardless of which worker reads them', async () => {
    const one = await startPauses('a');
    await one.pause('chat 1', 3_600_000, '429');
    for (let chat = 2; chat <= 20; chat += 1) await one.pause(`chat ${chat}`, 30, '429');
    one.stop();
    await startPauses('a');
    await until(async () => (await connections[0]!.hlen('{a}:pauses')) === 1);
    expect(await connections[0]!.hkeys('{a}:pauses')).toEqual(['chat 1']);
  });

  it('allow one probe per period in the whole deployment', async () => {
    const all = await Promise.all([startPauses('a'), startPauses('a'), startPauses('a')]);
    const permits = await Promise.all(all.map((pauses) => pauses.mayProbe('bot', 50)));
    expect(permits.filter(Boolean)).toHaveLength(1);
    await until(() => all[0].mayProbe('bot', 3_600_000));
    expect(await all[1].mayProbe('bot', 50)).toBe(false);
    expect(await all[1].mayProbe('bulk', 50)).toBe(true);
  });

  it('apply per process while Redis is unavailable, and are shared once it is back', async () => {
    const trouble: string[] = [];
    const observer: PausesObserver = {
      onPausesUnshared: ({ operation }) => void trouble.push(operation),
    };
    const [one, other] = await Promise.all([startPauses('a', observer), startPauses('a')]);
    await one.pause('bulk', 3_600_000, 'before');
    await server.stop();
    await until(() => connections[0]!.status !== 'ready');
    await one.pause('chat 42', 3_600_000, 'meanwhile');
    expect(one.leftMs('chat 42')).toBeGreaterThan(0);
    expect(one.leftMs('bulk')).toBeGreaterThan(0);
    expect(await one.mayProbe('bot', 60_000)).toBe(true);
    expect(await one.mayProbe('bot', 60_000)).toBe(false);
    await one.lift('bulk');
    await until(() => trouble.includes('read'));
    expect(trouble).toEqual(expect.arrayContaining(['pause', 'probe', 'lift', 'read']));
    server = await startServer();
    await until(() => other.leftMs('chat 42') > 0);
    await until(() => other.leftMs('bulk') === 0);
  });

  it('do not lift the pause of another worker when a local one expired before it was stored', async () => {
    const one = await startPauses('a');
    await server.stop();
    await until(() => connections[0]!.status !== 'ready');
    await one.pause('chat 42', 20, '429');
    await until(() => one.leftMs('chat 42') === 0);
    server = await startServer();
    await until(() => connections[0]!.status === 'ready');
    const other = await startPauses('a');
    await other.pause('chat 42', 3_600_000, '429');
    await until(() => one.leftMs('chat 42') > 0);
    expect(await other.list()).toHaveLength(1);
  });

  it('are local to the process without Redis', async () => {
    const pauses = createPauses({ name: 'a' });
    await pauses.start();
    await pauses.pause('bulk', 60_000, '429');
    expect(await pauses.list()).toMatchObject([{ scope: 'bulk', why: '429' }]);
    expect(await pauses.mayProbe('bulk', 60_000)).toBe(true);
    expect(await pauses.mayProbe('bulk', 60_000)).toBe(false);
    await pauses.lift('bulk');
    expect(await pauses.list()).toEqual([]);
    pauses.stop();
  });
});
