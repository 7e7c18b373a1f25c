import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { deploymentKeys, WAKE_QUEUE } from '../src/keys.js';
import { createPartitions } from '../src/partitions.js';
import { createSweeper } from '../src/sweep/sweeper.js';
import { createWakeUps } from '../src/wake-ups.js';
import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

/** Puts a lane into the state that a SIGKILL of its holder leaves, and waits until it has been handled. */
async function untilRescued(chat: number): Promise<void> {
  const { redis } = lanes;
  const keys = lanes.keysOf(`c:${chat}`);
  await redis.zadd(keys.held, '1', `c:${chat}`);
  await redis.rpush(keys.mail(`c:${chat}`), `1|${chat}|message|-\n{}`);
  await until(async () => (await redis.exists(keys.mail(`c:${chat}`))) === 0);
}

describe('the sweep', () => {
  it('continues after Redis has lost its data without closing a connection', async () => {
    await lanes.worker(() => Promise.resolve());
    await untilRescued(1);
    await lanes.redis.flushall();
    await untilRescued(2);
  });

  it('is continued by another worker when the first is gone', async () => {
    const first = await lanes.worker(() => Promise.resolve());
    await untilRescued(1);
    await lanes.worker(() => Promise.resolve());
    await first.stop(AbortSignal.timeout(1_000));
    await untilRescued(2);
  });

  it('runs once in each period, however many workers there are', async () => {
    const sweeps = async (): Promise<number> =>
      Number(await lanes.redis.hget(deploymentKeys('test').sweep, 'look'));
    for (let workers = 0; workers < 3; workers += 1) await lanes.worker(() => Promise.resolve());
    await until(async () => (await sweeps()) > 0);
    const [before, since] = [await sweeps(), performance.now()];
    await sleep(2_000);
    // One sweep per 200 ms; three independent workers would make three times as many.
    expect((await sweeps()) - before).toBeLessThanOrEqual((performance.now() - since) / 200 + 2);
  });

  it('finds a lost lane although a worker never finishes an older wake-up', async () => {
    const { redis, prefix } = lanes;
    const keys = lanes.keysOf('c:1');
    const connection = { connection: redis, prefix };
    const queue = new Queue(WAKE_QUEUE, connection);
    let release = (): void => undefined;
    const stuckReader = new Worker(
      WAKE_QUEUE,
      () => new Promise<void>((resolve) => (release = resolve)),
      connection,
    );
    await queue.add('wake', { lanes: [], at: 1 });
    await until(async () => (await queue.getActiveCount()) === 1);
    // Paused, so that this reader does not take a second wake-up.
    await stuckReader.pause(true);
    await redis.zadd(keys.waking, '2', 'c:1');
    await redis.rpush(keys.mail('c:1'), '1|1|message|-\n{}');
    await lanes.worker(() => Promise.resolve());
    await until(async () => (await redis.exists(keys.mail('c:1'))) === 0);
    release();
    await stuckReader.close();
    await queue.close();
  });

  it('covers the other partitions when the sweep of one never ends', async () => {
    const { redis } = lanes;
    const partitions = createPartitions(redis, 'test');
    const [stuck, healthy] = [lanes.keysOf('c:-1'), lanes.keysOf('c:9')];
    expect(stuck).not.toBe(healthy);
    const wakeUps = createWakeUps(redis, 'test');
    let moves = 0;
    let release = (): void => undefined;
    const sweeper = createSweeper({
      redis,
      partitions,
      wakeUps,
      sweepEveryMs: 100,
      leaseMs: 30_000,
      outbox: { capacity: () => 0, takeUp: () => undefined },
      trials: { offer: () => true },
      migrations: {
        carryOn: () => new Promise((resolve) => ((moves += 1), (release = resolve))),
      },
    });
    await redis.zadd(stuck.moving, '1', 'c:-1');
    sweeper.start();
    await until(() => moves === 1);
    await redis.zadd(healthy.held, '1', 'c:9');
    await until(async () => (await redis.zscore(healthy.waking, 'c:9')) !== null);
    release();
    await sweeper.stop();
    await wakeUps.close();
  });
});
