import type { Redis } from '@chatlane/redis';
import { createClockWatch } from '../src/sweep/clock-watch.js';
import { createPartitions } from '../src/partitions.js';
import { recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';

const HOUR = 3_600_000;

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

/** Simulates a step of Redis's clock by shifting all stored times in the other direction. */
async function stepBy(ms: number): Promise<void> {
  const { redis } = lanes;
  for (const keys of createPartitions(redis, 'test').all) {
    for (const zset of [keys.waking, keys.held, keys.resting, keys.outbox, keys.oldest]) {
      const flat = await redis.zrange(zset, '0', '-1', 'WITHSCORES');
      for (let index = 0; index < flat.length; index += 2)
        await redis.zadd(zset, Number(flat[index + 1]) - ms, flat[index]!);
    }
    const clock = await redis.get(`${keys.prefix}:clock`);
    if (clock !== null) await redis.set(`${keys.prefix}:clock`, Number(clock) - ms);
  }
}

/** A connection on which TIME is ahead. */
function withTime(redis: Redis, aheadMs: () => number): Redis {
  return new Proxy(redis, {
    get(target, property) {
      if (property === 'time')
        return async () => {
          const [seconds = 0, micros = 0] = await target.time();
          return [Number(seconds) + aheadMs() / 1_000, micros];
        };
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('a Redis clock that is set back by an hour', () => {
  it('delays no lane that rests or has lost its wake-up or its worker', async () => {
    const { observer, swept, troubles } = recordingObserver();
    const { redis, keysOf } = lanes;
    for (const chat of [1, 2, 3]) await lanes.push(chat, chat);
    const soon = Date.now() + 300;
    for (const lane of ['c:1', 'c:2']) await redis.zrem(keysOf(lane).waking, lane);
    await redis.zadd(keysOf('c:1').resting, soon, 'c:1');
    await redis.zadd(keysOf('c:2').held, soon, 'c:2');
    await redis.del(await redis.keys(`${lanes.prefix}:wake:*`));
    for (const lane of ['c:1', 'c:2', 'c:3'])
      await redis.set(`${keysOf(lane).prefix}:clock`, Date.now());
    await stepBy(-HOUR);
    await lanes.worker(() => Promise.resolve(), { observer, leaseMs: 500 });
    await until(() => lanes.isEmpty());
    expect(swept.sort()).toEqual(['lease-over 1', 'lost 1', 'rest-over 1']);
    expect(troubles).toHaveLength(3);
    expect(String((troubles[0] as { error: Error }).error)).toMatch(/was set back by 3\d{6} ms/);
  });
});

describe('workers with different leases', () => {
  const [long, short] = ['c:7', 'c:9'];
  const endOf = async (lane: string): Promise<number> => {
    const [now = 0] = await lanes.redis.time();
    return Number(await lanes.redis.zscore(lanes.keysOf(lane).held, lane)) - Number(now) * 1_000;
  };

  async function openBoth(): Promise<void> {
    for (const [chat, leaseMs] of [
      [7, 90_000],
      [9, 5_000],
    ] as const) {
      await lanes.push(chat, chat);
      await lanes.open(`c:${chat}`, { leaseMs });
    }
  }

  it('each have exactly their own lease after the clock was set back', async () => {
    await openBoth();
    for (const lane of [long, short]) await lanes.sweep(lane);
    await stepBy(-10_000);
    for (const lane of [long, short]) await lanes.sweep(lane);
    expect(await endOf(long)).toBeGreaterThan(60_000);
    expect(await endOf(short)).toBeLessThan(10_000);
  });

  it('lose no lane to a forward step that is short for one lease and long for the other', async () => {
    await openBoth();
    const over = (lane: string) => lanes.redis.zadd(lanes.keysOf(lane).held, 1, lane);
    for (const lane of [long, short]) {
      await over(lane);
      await lanes.sweep(lane, { byMs: 4_000, agoMs: 10 });
    }
    // A live holder of the long lease would have renewed it, so its holder must be dead.
    expect(await lanes.states()).toEqual({ [long]: 'waking', [short]: 'held' });
    expect(await endOf(short)).toBeGreaterThan(3_000);
    await over(short);
    await lanes.sweep(short, { byMs: 4_000, agoMs: 5_000 });
    expect(await lanes.states()).toEqual({ [long]: 'waking', [short]: 'waking' });
  });

  it('see the sum of consecutive forward steps, but no drift and no step back', async () => {
    let ahead = 0;
    const watch = createClockWatch(
      withTime(lanes.redis, () => ahead),
      60_000,
    );
    const stepped = async (ms: number): Promise<number> => {
      ahead += ms;
      await watch.read();
      return watch.lastStep().byMs;
    };
    expect(await stepped(0)).toBe(0);
    expect(await stepped(100)).toBe(0);
    expect(await stepped(-60_000)).toBe(0);
    // Slightly less, because of the time that the readings took.
    expect((await stepped(20_000)) / 20_000).toBeCloseTo(1, 1);
    expect((await stepped(20_000)) / 40_000).toBeCloseTo(1, 1);
  });
});

describe('a Redis clock that is set forward by an hour', () => {
  it('takes no lane from a live worker', async () => {
    let ahead = 0;
    let end = (): void => undefined;
    const { observer, turns, swept } = recordingObserver();
    const redis = withTime(lanes.redis, () => ahead);
    await lanes.worker(() => new Promise<void>((resolve) => (end = resolve)), { observer, redis });
    await lanes.push(7, 1);
    await until(async () => (await lanes.states())['c:7'] === 'held');
    const sweeps = async (count: number): Promise<void> => {
      const last = async () => Number(await lanes.redis.hget(`${lanes.prefix}:sweep`, 'look'));
      const wanted = (await last()) + count;
      await until(async () => (await last()) >= wanted);
    };
    await sweeps(2);
    ahead = HOUR;
    await sweeps(2);
    await stepBy(HOUR);
    await sweeps(2);
    end();
    await until(() => turns.length === 1);
    expect(turns).toEqual(['1 done']);
    expect(swept).toEqual([]);
  });
});

describe('a Redis that did not answer for longer than a lease', () => {
  it('takes no lane from a holder that could not renew its lease', async () => {
    const { observer, swept } = recordingObserver();
    await lanes.push(1, 1);
    await lanes.open('c:1', { leaseMs: 3_000 });
    await lanes.worker(() => Promise.resolve(), { observer, leaseMs: 3_000, sweepEveryMs: 100 });
    const { redis } = lanes;
    const leaseEnd = () => redis.zscore(lanes.keysOf('c:1').held, 'c:1');
    await until(async () => Number(await redis.hget('{test}:sweep', 'look')) > 1, 'a sweep');
    const before = await leaseEnd();
    lanes.server.process.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    lanes.server.process.kill('SIGCONT');
    await until(async () => (await leaseEnd()) !== before, 'the first sweep after the silence');
    expect(Number(await leaseEnd())).toBeGreaterThan(Number(before));
    expect(swept).toEqual([]);
    // The holder is in fact dead, so the lease runs out in the end.
    await until(() => lanes.isEmpty());
    expect(swept).toEqual(['lease-over 1']);
  });
});
