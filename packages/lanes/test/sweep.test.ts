import { Queue, Worker } from 'bullmq';
import { deploymentKeys, SWEEP_QUEUE, WAKE_QUEUE, type PartitionKeys } from '../src/keys.js';
import { createPartitions } from '../src/partition.js';
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
  const { redis, keys } = lanes;
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

it('goes on when the clock of a process was an hour ahead', async () => {
  const { now } = Date;
  Date.now = () => now() + 3_600_000;
  try {
    const ahead = await lanes.worker(() => Promise.resolve());
    await aSweepRescues(1);
    await ahead.stop(AbortSignal.timeout(1_000));
  } finally {
    Date.now = now;
  }
  await lanes.worker(() => Promise.resolve());
  await aSweepRescues(2);
});

it('goes on when nobody takes its job', async () => {
  await lanes.worker(() => Promise.resolve());
  await aSweepRescues(1);
  const prefix = deploymentKeys('test').prefix;
  const queue = new Queue(SWEEP_QUEUE, { connection: lanes.redis, prefix });
  await queue.pause();
  await aSweepRescues(2);
  await queue.close();
});

it('finds a lost lane behind a wake-up that a worker keeps for ever', async () => {
  const { redis, keys } = lanes;
  const connection = { connection: redis, prefix: keys.prefix };
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
  const partitions = createPartitions('test', 2);
  const [stuck, sound] = partitions.all as [PartitionKeys, PartitionKeys];
  const wakeUps = createWakeUps(partitions, lanes.redis);
  let looks = 0;
  let release = (): void => undefined;
  const sweeper = createSweeper({
    redis: lanes.redis,
    partitions,
    wakeUps,
    sweepEveryMs: 100,
    outbox: { room: () => 0, takeUp: () => undefined },
    trials: { offer: () => undefined },
    migrations: {
      sweep: (keys) =>
        keys === stuck
          ? new Promise((resolve) => (release = resolve))
          : Promise.resolve(void ++looks),
    },
  });
  await sweeper.start();
  await until(() => looks === 1);
  await lanes.redis.zadd(sound.held, '1', 'c:9');
  await until(async () => (await lanes.redis.zscore(sound.waking, 'c:9')) !== null);
  release();
  await sweeper.stop();
  await wakeUps.close();
});
