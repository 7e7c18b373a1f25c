import { connectRedis, type Redis } from '@chatlane/redis';
import { openDeployment, type Deployment, type LaneWorker } from '@chatlane/lanes';
import { laneSettings, until } from '@chatlane/testing';
import { startRedisCluster, type RedisCluster } from '../harness/redis-cluster.js';

const CHATS = 30;

let cluster: RedisCluster;
let redis: Redis;
let deployment: Deployment;
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  cluster = await startRedisCluster({ replicasPerMaster: 0 });
  redis = connectRedis({ url: cluster.url, name: 'test', whenDown: 'wait' });
  deployment = openDeployment({ redis, name: 'test' });
  await deployment.claim('123');
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  await deployment?.close();
  redis?.disconnect();
  await cluster?.stop();
});

describe('events that are not due yet, on a Redis Cluster', () => {
  it('reach lanes in all slots exactly once, as do runs of schedules and events of clients', async () => {
    const intake = deployment.intake();
    const later = deployment.later();
    const schedules = deployment.schedules({
      declared: [{ name: 'tick', cron: '* * * * * *', timeZone: 'UTC' }],
    });
    const reader = deployment.laterReader({ intake });
    const handled: string[] = [];
    const worker: LaneWorker = deployment.worker({
      ...laneSettings,
      handle({ lane, event }) {
        handled.push(`${lane} ${event.kind}`);
        return Promise.resolve();
      },
    });
    for (const part of [worker, schedules, reader]) {
      await part.start();
      stops.push(() => part.stop(AbortSignal.timeout(5_000)));
    }
    stops.push(() => Promise.all([intake.close(), later.close()]));

    for (let chat = 1; chat <= CHATS; chat += 1) {
      const lane = `c:${chat}`;
      const event = { id: `${chat}.1`, at: Date.now() + 300, lane, kind: 'event', payload: chat };
      for (let time = 0; time < 2; time += 1) await later.add(event);
      await intake.pushEvent({ lane, kind: 'other', payload: 1 }, { id: 'once' });
      expect(await intake.pushEvent({ lane, kind: 'other', payload: 1 }, { id: 'once' })).toBe(
        'duplicate',
      );
    }
    const runs = (): number => handled.filter((each) => each === 's:tick schedule').length;
    await until(() => handled.length - runs() === 2 * CHATS && runs() >= 2);
    const wanted = Array.from({ length: CHATS }, (_, index) => `c:${index + 1}`).flatMap((lane) => [
      `${lane} event`,
      `${lane} other`,
    ]);
    expect(handled.filter((each) => !each.startsWith('s:')).sort()).toEqual(wanted.sort());
    expect(await later.count()).toBe(0);
  });
});
