import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startRedisServer } from '@chatlane/tooling';
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

/** Everything that runs trusts the authority, but for what `env` says otherwise; this test itself goes by the plain ports. */
async function worksOver(url: string, plainUrl: string, partitions: number): Promise<void> {
  const system = await startSmallSystem(url, {
    plainUrl,
    partitions,
    waitReplicas: 0,
    env: { NODE_EXTRA_CA_CERTS: certificates.authority },
  });
  stops.push(() => system.stop());
  const storm = system.storm({ chats: 20, pauseMs: 20 });
  await sleep(500);
  await storm.stop();
  expect(await system.committed(storm)).toEqual(storm.acknowledged);
  expect(storm.acknowledged.size).toBe(20);
  expect(JSON.parse((await system.ops('status --json')).text)).toMatchObject({ ingresses: 2 });

  const stranger = await system.ops('ping', { NODE_EXTRA_CA_CERTS: '' });
  expect(stranger).toMatchObject({ code: 1 });
  expect(stranger.text).toMatch(/certificate.*NODE_EXTRA_CA_CERTS/);
}

it('works over rediss:// with the certificate of an authority of its own', async () => {
  const port = await freePort();
  const server = await startRedisServer(certificates.redisArgs(port));
  stops.push(() => server.stop());
  await worksOver(`rediss://127.0.0.1:${port}`, server.url, 1);
});

it('works over rediss:// on a cluster', async () => {
  const ports: number[] = [];
  const cluster = await startRedisCluster({
    replicasPerMaster: 0,
    async args() {
      ports.push(await freePort());
      const inside = ['--tls-cluster', 'yes', '--tls-replication', 'yes'];
      return [...certificates.redisArgs(ports.at(-1)!), ...inside];
    },
  });
  stops.push(() => cluster.stop());
  const url = ports.map((port) => `rediss://127.0.0.1:${port}`).join(',');
  await worksOver(url, cluster.url, 4);
});
