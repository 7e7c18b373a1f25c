import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@chatlane/processes';
import { startRedisServer } from '@chatlane/testing';
import { makeCertificates, type Certificates } from '../harness/certificates.js';
import { startRedisCluster } from '../harness/redis-cluster.js';
import { startSmallSystem } from '../harness/small-system.js';

let dir: string;
let certificates: Certificates;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-tls-'));
  certificates = await makeCertificates(dir);
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** All processes trust the authority unless `env` overrides that; the test itself uses the ports without TLS. */
async function worksOver(url: string, plainUrl: string): Promise<void> {
  const system = await startSmallSystem(url, {
    plainUrl,
    each: 1,
    waitReplicas: 0,
    env: { NODE_EXTRA_CA_CERTS: certificates.authority },
  });
  stops.push(() => system.stop());
  const storm = system.storm({ chats: 20, pauseMs: 20 });
  await sleep(500);
  await storm.stop();
  expect(await system.committed(storm)).toEqual(storm.acknowledged);
  expect(storm.acknowledged.size).toBe(20);
  expect(JSON.parse((await system.ops('status --json')).text)).toMatchObject({ ingresses: 1 });

  const stranger = await system.ops('ping', { NODE_EXTRA_CA_CERTS: '' });
  expect(stranger).toMatchObject({ code: 1 });
  expect(stranger.text).toMatch(/certificate.*NODE_EXTRA_CA_CERTS/);
}

describe('a deployment with TLS', () => {
  it('works over rediss:// with a private certificate authority', async () => {
    let port = 0;
    const server = await startRedisServer(async () => {
      port = await freePort();
      return certificates.redisArgs(port);
    });
    stops.push(() => server.stop());
    await worksOver(`rediss://127.0.0.1:${port}`, server.url);
  });

  it('works over rediss:// on a Redis Cluster', async () => {
    const inside = ['--tls-cluster', 'yes', '--tls-replication', 'yes'];
    const cluster = await startRedisCluster({
      replicasPerMaster: 0,
      args: async () => [...certificates.redisArgs(await freePort()), ...inside],
    });
    stops.push(() => cluster.stop());
    const urls = cluster.nodes.map(async (node) => {
      const [, port] = await node.ask<[string, string]>('CONFIG', 'GET', 'tls-port');
      return `rediss://127.0.0.1:${port}`;
    });
    await worksOver((await Promise.all(urls)).join(','), cluster.url);
  });
});
