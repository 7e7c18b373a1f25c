import { sweepScript } from '../src/scripts.js';
import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const names = Array.from({ length: 20 }, (_, index) => `c:${index + 1}`);

/** Puts all lanes into the state that the death of their holder leaves. */
async function dieHolding(attempts: number): Promise<void> {
  const { redis, keys } = lanes;
  for (const [index, lane] of names.entries()) {
    await redis.zadd(keys.held, '1', lane);
    await redis.hset(keys.lane(lane), 'epoch', '7', 'attempts', attempts);
    await redis.rpush(keys.mail(lane), `1|${index + 1}|message|-\n{}`);
  }
}

async function sweep(): Promise<void> {
  const { redis, keys } = lanes;
  const states = [keys.waking, keys.held, keys.resting, keys.paused, keys.outbox];
  await sweepScript.run(redis, states, [0, 1_000, keys.lane(''), 0]);
}

it('opens lanes at once that lost a worker together for the first time', async () => {
  await dieHolding(1);
  await sweep();
  expect(await lanes.redis.zcard(lanes.keys.waking)).toBe(names.length);
});

it('opens lanes apart that lost workers together again, so that one killer is found out', async () => {
  await dieHolding(2);
  await sweep();
  expect(await lanes.redis.zcard(lanes.keys.waking)).toBe(0);
  const rests = await lanes.redis.zrange(lanes.keys.resting, '0', '-1', 'WITHSCORES');
  const ends = rests.filter((_, index) => index % 2 === 1).map(Number);
  expect(new Set(ends).size).toBeGreaterThan(names.length / 2);
  expect(Math.max(...ends) - Math.min(...ends)).toBeLessThanOrEqual(1_000);
});

it('opens them when their rest is over', async () => {
  await dieHolding(2);
  const handled = new Set<string>();
  await lanes.worker((turn) => Promise.resolve(void handled.add(turn.lane)));
  await until(() => handled.size === names.length);
});
