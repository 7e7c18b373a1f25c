import type { Gate, Turn, Verdict } from '../src/index.js';
import { message, recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';
import { POISON, superviseWorkers } from './poison-worker.testkit.js';

const INNOCENTS = 8;
const HANDLER_MS = 200;

let lanes: TestLanes;
let stopWorkers: (() => void) | undefined;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(async () => {
  stopWorkers?.();
  stopWorkers = undefined;
  await lanes.stop();
});

/** Pushes three poisonous messages to two chats, among chats whose handlers take a while. */
async function pushPoisonAmongInnocents(): Promise<string[]> {
  const innocents: string[] = [];
  for (let chat = 1; chat <= INNOCENTS; chat += 1) {
    for (const updateId of [chat * 10, chat * 10 + 1]) {
      await lanes.push(chat, updateId);
      innocents.push(`c:${chat} ${updateId}`);
    }
  }
  await lanes.push(103, 1_003, POISON);
  await lanes.push(103, 2_003, POISON);
  await lanes.push(108, 1_008, POISON);
  return innocents;
}

async function buried(): Promise<string[]> {
  const letters = await lanes.operator.deadLetters.list();
  return letters.map(({ lane, id, error }) => `${lane} ${id} ${error.name}`).sort();
}

const POISONS = ['c:103 1003', 'c:103 2003', 'c:108 1008'].map((poison) => `${poison} WorkerLost`);

describe('events that kill their worker', () => {
  it('are buried, but none of the events that ran at the same time', async () => {
    const innocents = await pushPoisonAmongInnocents();
    const supervised = superviseWorkers(lanes.server.url, 1, HANDLER_MS);
    stopWorkers = () => supervised.stop();
    const areBuried = async (): Promise<boolean> => (await buried()).length >= POISONS.length;
    await until(areBuried, 'all poisonous events are buried', 240_000);
    await until(() => lanes.isEmpty());
    expect(await buried()).toEqual(POISONS);
    // If a worker dies between a handler's last command and its commit, the handler runs again.
    const handled = new Set(await lanes.redis.lrange('handled', 0, -1));
    expect([...handled].sort()).toEqual(innocents.sort());
    // For each of the two chats, a worker died at most four times beside other events; then the event ran alone.
    const starts = await lanes.redis.llen('poisoned');
    expect(starts).toBeLessThanOrEqual(2 * 4 + POISONS.length * 2);
  });

  it('do not keep other workers from serving other chats', async () => {
    await lanes.push(103, 1_003, POISON);
    const supervised = superviseWorkers(lanes.server.url, 2, 1);
    stopWorkers = () => supervised.stop();
    let updateId = 1;
    while ((await lanes.operator.deadLetters.count()) === 0) {
      await lanes.push(updateId, updateId);
      const expected = `c:${updateId} ${updateId}`;
      await until(
        async () => (await lanes.redis.lrange('handled', 0, -1)).includes(expected),
        `${expected} is handled`,
      );
      updateId += 1;
    }
    expect(await buried()).toEqual(['c:103 1003 WorkerLost']);
  });
});

describe('a lane that was held when two workers died', () => {
  /** Creates the state after one more death than in `before`, when the lease of the last holder has just run out. */
  async function died(
    lane: string,
    updateId: number,
    before: { attempts: number; deaths: number } = { attempts: 2, deaths: 1 },
  ): Promise<void> {
    const { redis } = lanes;
    const keys = lanes.keysOf(lane);
    // Paused, so that no worker of the test opens it before it is held.
    await redis.zadd(keys.paused, '1', lane);
    await lanes.pushUpdate(message(Number(lane.slice(2)), updateId, 'innocent'));
    await redis
      .multi()
      .hset(keys.lane(lane), { epoch: '7', ...before })
      .zadd(keys.held, '1', lane)
      .zrem(keys.paused, lane)
      .exec();
  }

  it('is opened while its worker holds no other lane, and is cleared once its head is done', async () => {
    const running = new Set<string>();
    const beside: string[][] = [];
    const { observer, turns } = recordingObserver();
    await died('c:1', 1);
    await lanes.push(1, 2);
    await lanes.worker(
      async (turn) => {
        running.add(turn.lane);
        if (turn.lane === 'c:1') beside.push([...running]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        running.delete(turn.lane);
      },
      { observer },
    );
    for (let chat = 2; chat <= 20; chat += 1) await lanes.push(chat, 100 + chat);
    await until(() => turns.length === 21);
    expect(beside[0]).toEqual(['c:1']);
    expect(await lanes.redis.exists(lanes.keysOf('c:1').lane('c:1'))).toBe(0);
  });

  it('is tried while a long turn runs, without delaying other lanes', async () => {
    let end: (() => void) | undefined;
    const handled: string[] = [];
    await lanes.push(5, 5);
    await lanes.worker(async ({ lane }) => {
      if (lane === 'c:5') await new Promise<void>((resolve) => (end = resolve));
      handled.push(lane);
    });
    await until(() => end !== undefined, 'the long turn begins');
    await died('c:1', 1);
    for (const chat of [6, 7, 8]) await lanes.push(chat, 10 + chat);
    await until(() => handled.length === 4, 'all others are handled beside the long turn');
    expect(await lanes.redis.exists(lanes.keysOf('c:1').lane('c:1'))).toBe(0);
    end!();
    await until(() => lanes.isEmpty());
  });

  it('is tried together with other suspects', async () => {
    const chats = [1, 2, 3, 4, 5];
    const begun = new Set<string>();
    for (const chat of chats) await died(`c:${chat}`, chat);
    await lanes.worker(async ({ lane }) => {
      begun.add(lane);
      await until(() => begun.size === chats.length, 'all of them run');
    });
    await until(() => lanes.isEmpty());
  });

  it.each<[string, Verdict, closes?: boolean]>([
    ['that counts as an attempt', { next: 'retry' }],
    ['that does not count, such as a flood wait', { next: 'wait', forMs: 60_000 }],
    ['of an unavailable server', { next: 'put-off' }],
    ['while the gate is closed', { next: 'put-off' }, true],
  ])(
    'is no longer a suspect after its handler has thrown an error %s',
    async (_, verdict, closes = false) => {
      let fail: ((error: Error) => void) | undefined;
      let isOpen = true;
      const gate: Gate = {
        isOpen: () => isOpen,
        untilOpen: (signal) => new Promise((resolve) => (signal.onabort = () => resolve())),
      };
      await died('c:1', 1);
      await lanes.worker(() => new Promise((_, reject) => (fail = reject)), {
        backOffMs: () => 60_000,
        classifyError: () => verdict,
        gate,
      });
      await until(() => fail !== undefined, 'the trial begins');
      const key = lanes.keysOf('c:1').lane('c:1');
      expect(await lanes.redis.hget(key, 'suspect')).toBe('1');
      isOpen = !closes;
      fail!(new Error('broken'));
      await until(async () => (await lanes.redis.hexists(key, 'suspect')) === 0, 'it is cleared');
      expect(await lanes.redis.hget(key, 'deaths')).toBe('2');
    },
  );

  it('is tried while a long turn runs even after a fourth death', async () => {
    let end: (() => void) | undefined;
    await lanes.push(5, 5);
    await lanes.worker(async ({ lane }) => {
      if (lane === 'c:5') await new Promise<void>((resolve) => (end = resolve));
    });
    await until(() => end !== undefined, 'the long turn begins');
    await died('c:1', 1, { deaths: 3, attempts: 4 });
    const key = lanes.keysOf('c:1').lane('c:1');
    await until(async () => (await lanes.redis.exists(key)) === 0, 'it is done');
    end!();
  });

  it('is only tried alone after a sixth death, by another worker if the first has a long turn', async () => {
    let end: (() => void) | undefined;
    await lanes.push(5, 5);
    const first: string[] = [];
    await lanes.worker(async ({ lane }) => {
      first.push(lane);
      if (lane === 'c:5') await new Promise<void>((resolve) => (end = resolve));
    });
    await until(() => end !== undefined, 'the long turn begins');
    await died('c:1', 1, { deaths: 5, attempts: 6 });
    await until(async () => (await lanes.redis.exists('{test}:trial')) === 1, 'a trial begins');
    await until(async () => (await lanes.redis.exists('{test}:trial')) === 0, 'it is given up');
    for (const chat of [6, 7, 8]) await lanes.push(chat, 10 + chat);
    await until(() => first.length === 4, 'other lanes are served beside the long turn');
    const second: string[] = [];
    await lanes.worker(({ lane }) => Promise.resolve(void second.push(lane)));
    await until(() => second.length === 1, 'the second worker tries it');
    expect(first.sort()).toEqual(['c:5', 'c:6', 'c:7', 'c:8']);
    expect(second).toEqual(['c:1']);
    end!();
  });

  it('is tried before lanes that killed a worker while it held nothing else', async () => {
    const { redis } = lanes;
    const order: string[] = [];
    // A worker died while it held only c:1, whose rest is over first.
    for (const [chat, suspect] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const lane = `c:${chat}`;
      const keys = lanes.keysOf(lane);
      await lanes.push(chat, chat);
      await redis.zrem(keys.waking, lane);
      await redis.zadd(keys.resting, chat, lane);
      await redis.hset(keys.lane(lane), { attempts: 3, deaths: 2, suspect });
    }
    await lanes.worker(({ lane }) => Promise.resolve(void order.push(lane)));
    await until(() => lanes.isEmpty());
    expect(order).toEqual(['c:2', 'c:1']);
  });

  it('is not charged with an attempt for these deaths', async () => {
    const seen: string[] = [];
    const handle = ({ attempt, lastAttempt }: Turn): Promise<void> => {
      seen.push(`${attempt}${lastAttempt ? ' last' : ''}`);
      return Promise.reject(new Error('broken'));
    };
    await died('c:1', 1);
    await lanes.worker(handle, { maxAttempts: 3 });
    await until(() => lanes.isEmpty());
    expect(seen).toEqual(['3', '4', '5 last']);
  });

  it('waits to be opened alone even after it was handed back or resumed', async () => {
    await died('c:1', 1);
    const stuck = await lanes.worker(() => new Promise(() => undefined), { turnTimeoutMs: 60_000 });
    const key = lanes.keysOf('c:1').lane('c:1');
    await until(async () => (await lanes.redis.hget(key, 'alone')) === '1');
    await stuck.stop(AbortSignal.abort());
    expect(await lanes.states()).toEqual({ 'c:1': 'resting' });
    await lanes.operator.pause('c:1');
    expect(await lanes.states()).toEqual({ 'c:1': 'paused' });
    await lanes.operator.resume('c:1');
    expect(await lanes.states()).toEqual({ 'c:1': 'resting' });
    await lanes.worker(() => Promise.resolve());
    await until(() => lanes.isEmpty());
  });
});
