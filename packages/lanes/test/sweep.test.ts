import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { deploymentKeys, WAKE_QUEUE } from '../src/keys.js';
import { createPartitions } from '../src/partitions.js';
import { createSweeper } from '../src/sweeper.js';
import { createWakeUps } from '../src/wake-ups.js';
import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

/** Puts a lane into the state that a SIGKILL of its holder leaves, and waits until the sweep has it opened. */
async function aSweepRescues(chat: number): Promise<void> {
  const { redis } = lanes;
  const keys = lanes.keysOf(`c:${chat}`);
  await redis.zadd(keys.held, '1', `c:${chat}`);
  await redis.rpush(keys.mail(`c:${chat}`), `1|${chat}|message|-\n{}`);
  await until(async () => (await redis.exists(keys.mail(`c:${chat}`))) === 0);
}

it('goes on when Redis lost its data and nobody lost the connection', async () => {
  await lanes.worker(() => Promise.resolve());
  await aSweepRescues(1);
  await lanes.redis.flushall();
  await aSweepRescues(2);
});

it('goes on when the worker that looked is gone', async () => {
  const first = await lanes.worker(() => Promise.resolve());
  await aSweepRescues(1);
  await lanes.worker(() => Promise.resolve());
  await first.stop(AbortSignal.timeout(1_000));
  await aSweepRescues(2);
});

it('has one worker look in each period, however many there are', async () => {
  const looked = async (): Promise<number> =>
    Number(await lanes.redis.hget(deploymentKeys('test').sweep, 'look'));
  for (let workers = 0; workers < 3; workers += 1) await lanes.worker(() => Promise.resolve());
  await until(async () => (await looked()) > 0);
  const [before, since] = [await looked(), performance.now()];
  await sleep(2_000);
  // Each is a look in 200 ms; three workers on their own would be three times as many.
  expect((await looked()) - before).toBeLessThanOrEqual((performance.now() - since) / 200 + 2);
});

it('finds a lost lane behind a wake-up that a worker keeps for ever', async () => {
  const { redis, prefix } = lanes;
  const keys = lanes.keysOf('c:1');
  const connection = { connection: redis, prefix };
  const queue = new Queue(WAKE_QUEUE, connection);
  let release = (): void => undefined;
  const keeper = new Worker(
    WAKE_QUEUE,
    () => new Promise<void>((resolve) => (release = resolve)),
    connection,
  );
  await queue.add('wake', { lanes: [], at: 1 });
  await until(async () => (await queue.getActiveCount()) === 1);
  // It may take no second one.
  await keeper.pause(true);
  await redis.zadd(keys.waking, '2', 'c:1');
  await redis.rpush(keys.mail('c:1'), '1|1|message|-\n{}');
  await lanes.worker(() => Promise.resolve());
  await until(async () => (await redis.exists(keys.mail('c:1'))) === 0);
  release();
  await keeper.close();
  await queue.close();
});

it('goes on with the other partitions when the look at one never ends', async () => {
  const { redis } = lanes;
  const partitions = createPartitions(redis, 'test');
  const [stuck, sound] = [lanes.keysOf('c:-1'), lanes.keysOf('c:9')];
  expect(stuck).not.toBe(sound);
  const wakeUps = createWakeUps(redis, 'test');
  let looks = 0;
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
      carryOn: () => new Promise((resolve) => ((looks += 1), (release = resolve))),
    },
  });
  await redis.zadd(stuck.moving, '1', 'c:-1');
  sweeper.start();
  await until(() => looks === 1);
  await redis.zadd(sound.held, '1', 'c:9');
  await until(async () => (await redis.zscore(sound.waking, 'c:9')) !== null);
  release();
  await sweeper.stop();
  await wakeUps.close();
});
