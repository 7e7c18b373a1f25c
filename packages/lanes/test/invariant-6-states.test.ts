import { Queue } from 'bullmq';
import fc from 'fast-check';
import {
  buryScript,
  commitScript,
  failScript,
  handBackScript,
  pushScript,
  releaseScript,
} from '../src/scripts.js';
import { replayKeys } from '../src/operator/dead-letters.js';
import { pauseScript, replayScript, resumeScript } from '../src/operator/scripts.js';
import { recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const LANES = ['c:1', 'c:2'];
const OPERATIONS = [
  'push',
  'push',
  'push',
  'late',
  'open',
  'open alone',
  'open',
  'commit',
  'commit',
  'yield',
  'fail',
  'block',
  'bury',
  'replay',
  'hand-back',
  'sweep',
  'expire',
  'pause',
  'resume',
  'release',
] as const;
type Operation = (typeof OPERATIONS)[number];

/** The expected state in a test of random operations: which lanes are held, and what was committed. */
interface World {
  nextId: number;
  held: Map<string, { epoch: string; id: string; last: string }>;
  /** Ids in the order of their commits, by lane. */
  committed: Map<string, number[]>;
}

async function run(world: World, operation: Operation, lane: string): Promise<void> {
  const { redis } = lanes;
  const keys = lanes.keysOf(lane);
  const holder = world.held.get(lane);
  const turn = (mode: string): (string | number)[] => [
    keys.prefix,
    lane,
    holder!.epoch,
    holder!.id,
    holder!.last,
    mode,
    '-',
    1,
    0,
  ];
  const settle = (settled: { state: string; envelope?: { id: string } }): void => {
    if (settled.state !== 'fenced' && operation !== 'bury') {
      world.committed.get(lane)?.push(Number(holder!.id));
    }
    if (settled.envelope) Object.assign(holder!, { last: holder!.id, id: settled.envelope.id });
    else world.held.delete(lane);
  };
  switch (operation) {
    case 'push':
    case 'late': {
      const id = operation === 'push' ? (world.nextId += 10) : world.nextId - 15;
      const envelope = `${id}|message|-\n{}`;
      const args = [keys.prefix, keys.seen(id), id & 0xffff, lane, envelope, '', '', id, ''];
      await pushScript.run(redis, keys.scope, args);
      return;
    }
    case 'open':
    case 'open alone': {
      const { epoch, opened } = await lanes.open(lane, {
        leaseMs: 60_000,
        as: operation === 'open alone' ? 'alone' : 'others',
      });
      if (opened[0]) world.held.set(lane, { epoch, id: opened[0].envelope.id, last: '' });
      return;
    }
    case 'commit':
    case 'yield':
      if (holder) {
        const mode = operation === 'yield' ? 'yield' : 'continue';
        settle(await commitScript.run(redis, keys.scope, [...turn(mode), 0]));
      }
      return;
    case 'bury':
      if (holder) {
        const args = [...turn('continue'), '{}', holder.id, 2, 3];
        settle(await buryScript.run(redis, keys.scope, args));
      }
      return;
    case 'replay': {
      const [id] = await redis.zrange(keys.deadOf(lane), '0', '0');
      if (id === undefined) return;
      await replayScript.run(redis, replayKeys(keys, lane, [id]), [lane, id]);
      return;
    }
    case 'fail':
    case 'block':
      if (holder) {
        const rest = operation === 'block' ? 'block' : 0;
        const states = [keys.lane(lane), keys.held, keys.resting, keys.paused];
        await failScript.run(redis, states, [
          lane,
          holder.epoch,
          rest,
          'counted',
          'Error in attempt 1',
        ]);
        world.held.delete(lane);
      }
      return;
    case 'hand-back':
      if (holder) {
        const states = [keys.lane(lane), keys.held, keys.waking, keys.paused, keys.resting];
        await handBackScript.run(redis, states, [lane, holder.epoch]);
        world.held.delete(lane);
      }
      return;
    case 'expire':
      // The holder does not notice, like a frozen process.
      await redis.zadd(keys.held, 'XX', '1', lane);
      return;
    case 'sweep':
      await lanes.sweep(lane);
      return;
    case 'pause':
    case 'release': {
      const states = [keys.waking, keys.held, keys.resting, keys.paused, keys.lane(lane)];
      await (operation === 'pause' ? pauseScript : releaseScript).run(redis, states, [lane]);
      return;
    }
    case 'resume':
      await resumeScript.run(
        redis,
        [keys.waking, keys.paused, keys.mail(lane), keys.lane(lane), keys.resting],
        [lane],
      );
  }
}

async function check(): Promise<void> {
  const states = await lanes.states();
  for (const lane of LANES) {
    const mail = await lanes.redis.llen(lanes.keysOf(lane).mail(lane));
    const epoch = await lanes.redis.hget(lanes.keysOf(lane).lane(lane), 'epoch');
    const fields = await lanes.redis.hlen(lanes.keysOf(lane).lane(lane));
    const oldest = await lanes.redis.zscore(lanes.keysOf(lane).oldest, lane);
    const state = states[lane] ?? 'idle';
    const one = mail > 0 ? /^(waking|held|resting|paused)$/ : /^(idle|paused)$/;
    expect(`${lane} ${state}`).toMatch(new RegExp(`^${lane} ${one.source.slice(1)}`));
    // Only a held lane has an epoch, an idle lane has no hash, and a lane with mail has an age.
    expect({ lane, fenced: epoch !== null }).toEqual({ lane, fenced: state === 'held' });
    if (state === 'idle') expect({ lane, fields }).toEqual({ lane, fields: 0 });
    expect({ lane, aged: oldest !== null }).toEqual({ lane, aged: mail > 0 });
  }
}

describe('a lane', () => {
  it('has exactly one state while it has mail, after any sequence of operations', async () => {
    const step = fc.record({
      operation: fc.constantFrom(...OPERATIONS),
      lane: fc.constantFrom(...LANES),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        await lanes.redis.flushall();
        const world: World = {
          nextId: 100,
          held: new Map(),
          committed: new Map(LANES.map((lane) => [lane, []])),
        };
        for (const { operation, lane } of steps) {
          await run(world, operation, lane);
          await check();
        }
        for (const ids of world.committed.values()) expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 120 },
    );
  });

  it('is opened by the sweep, which counts the cause, if its wake-up is lost or its rest is over', async () => {
    const queue = new Queue('wake', { connection: lanes.redis, prefix: lanes.prefix });
    const { observer, swept, turns } = recordingObserver();
    await lanes.push(1, 1);
    await lanes.push(2, 2);
    await queue.obliterate({ force: true });
    await lanes.redis.zadd(lanes.keysOf('c:1').waking, '1', 'c:1');
    await lanes.redis.zrem(lanes.keysOf('c:2').waking, 'c:2');
    await lanes.redis.zadd(lanes.keysOf('c:2').resting, '1', 'c:2');
    await lanes.worker(() => Promise.resolve(), { observer });
    await until(() => turns.length === 2);
    expect(turns.sort()).toEqual(['1 done', '2 done']);
    expect(swept.sort()).toEqual(['lost 1', 'rest-over 1']);
    await queue.close();
  });

  it('does not count as lost while its wake-up waits a long time for a worker', async () => {
    const { observer, swept, turns } = recordingObserver();
    for (let id = 1; id <= 30; id += 1) await lanes.push(id, id);
    // The oldest wake-up is as old as the oldest waking lane, so no wake-up is lost.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await lanes.worker(() => new Promise((resolve) => setTimeout(resolve, 100)), {
      turns: 1,
      observer,
    });
    // Redis is empty slightly before the worker reports the last turn.
    await until(() => turns.length === 30);
    expect(swept).toEqual([]);
  });

  it('has its exact age again when it is opened after a rest', async () => {
    const { redis } = lanes;
    const keys = lanes.keysOf('c:1');
    await lanes.push(1, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await lanes.push(1, 2);
    const { epoch, opened } = await lanes.open('c:1');
    const { arrivedAt } = opened[0]!.envelope;
    const turn = [keys.prefix, 'c:1', epoch, '1', '', 'continue', '1', 1, arrivedAt, 0];
    await commitScript.run(redis, keys.scope, turn);
    // Each drain may leave a lag of up to a second; these must not add up.
    const states = [keys.lane('c:1'), keys.held, keys.resting, keys.paused];
    await failScript.run(redis, states, ['c:1', epoch, 0, 'counted', 'Error in attempt 1']);
    const again = await lanes.open('c:1');
    const head = again.opened[0]!.envelope;
    expect(head.arrivedAt).toBeGreaterThan(arrivedAt);
    expect(await redis.zscore(keys.oldest, 'c:1')).toBe(String(head.arrivedAt));
  });
});
