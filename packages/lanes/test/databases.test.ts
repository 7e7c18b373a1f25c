import { connectRedis, type Redis } from '@chatlane/redis';
import { laneSettings, startRedisServer, type RedisServer } from '@chatlane/testing';
import { readUpdate } from '@chatlane/contracts';
import { openDeployment, type HandleTurn } from '../src/index.js';
import { message, recordingObserver, until } from './lanes.testkit.js';

/** Two deployments may have the same name if each uses its own database. */
const name = 'chatlane';

let server: RedisServer;
let stops: (() => unknown)[];

beforeEach(async () => {
  server = await startRedisServer();
  stops = [() => server.stop()];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
});

function connect(database: number, connectionName = `${name}-test`): Redis {
  const url = `${server.url}/${database}`;
  const redis = connectRedis({ url, name: connectionName, whenDown: 'wait' });
  stops.push(() => redis.disconnect());
  return redis;
}

async function startWorker(database: number, handle: HandleTurn): Promise<string[]> {
  const { observer, turns } = recordingObserver();
  const worker = openDeployment({ redis: connect(database), name }).worker({
    handle,
    ...laneSettings,
    observer,
  });
  await worker.start();
  stops.push(() => worker.stop(AbortSignal.timeout(1_000)));
  return turns;
}

function pusher(database: number): (updateId: number, text: string) => Promise<unknown> {
  const intake = openDeployment({ redis: connect(database), name }).intake();
  stops.push(() => intake.close());
  return (updateId, text) => {
    const update = message(7, updateId, text);
    return intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
  };
}

describe('a deployment', () => {
  it('interrupts no turn of a deployment with the same name in another database', async () => {
    let begun = 0;
    const untilAborted: HandleTurn = ({ event, signal }) =>
      new Promise((resolve, reject) => {
        if (event.type === 'update' && event.updateId !== 1) return resolve();
        begun += 1;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const first = await startWorker(0, untilAborted);
    const second = await startWorker(3, untilAborted);
    const [pushFirst, pushSecond] = [pusher(0), pusher(3)];
    await pushFirst(1, 'hello');
    await pushSecond(1, 'hello');
    await until(() => begun === 2);

    await pushSecond(2, '/cancel');
    await until(() => second.length === 2);
    expect(second).toEqual(['1 cancelled', '2 done']);
    expect(first).toEqual([]);
    await pushFirst(2, '/cancel');
    await until(() => first.length === 2);
    expect(first).toEqual(['1 cancelled', '2 done']);
  });

  it('counts only the workers of its own database', async () => {
    await startWorker(0, () => Promise.resolve());
    const operators = [0, 3].map((database) => {
      const deployment = openDeployment({ redis: connect(database), name });
      stops.push(() => deployment.close());
      return deployment.operator;
    });
    await until(async () => (await operators[0]!.diagnose()).workers.length === 1);
    expect((await operators[1]!.diagnose()).workers).toEqual([]);
  });

  it('is upgraded while its namesake in another database runs', async () => {
    const [running, stopped] = [connect(0, `${name}-worker`), connect(3)].map((redis) =>
      openDeployment({ redis, name }),
    );
    for (const { redis } of [running!, stopped!]) await redis.set(`{${name}}:partitions`, 1);
    await expect(stopped!.upgrade()).resolves.toMatchObject({ from: 1 });
    await stopped!.claim();
    await expect(running!.upgrade()).rejects.toThrow('connections');
  });
});
