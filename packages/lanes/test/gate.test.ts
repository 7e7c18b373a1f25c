import { setTimeout as sleep } from 'node:timers/promises';
import type { Gate, Turn, Verdict } from '../src/index.js';
import {
  message,
  recordingObserver,
  startLanes,
  until,
  updateOf,
  type TestLanes,
} from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

/** A gate that the test opens and closes. */
function createGate(isOpen: boolean): { gate: Gate; open: () => void; close: () => void } {
  const waiting = new Set<() => void>();
  const gate: Gate = {
    isOpen: () => isOpen,
    untilOpen: (signal) =>
      new Promise((resolve) => {
        if (isOpen || signal.aborted) return resolve();
        waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  return {
    gate,
    close: () => void (isOpen = false),
    open() {
      isOpen = true;
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
  };
}

/** Long enough for a sweep to find lanes that have lost their wake-ups. */
const SWEEPS_MS = 3_000;

describe('a closed gate', () => {
  it('keeps lanes waiting in order, without the sweep counting any of them as lost', async () => {
    const { gate, open } = createGate(false);
    const { observer, turns, swept } = recordingObserver();
    const attempts: number[] = [];
    const handle = async (turn: { attempt: number }): Promise<void> =>
      void attempts.push(turn.attempt);
    for (let worker = 0; worker < 3; worker += 1) await lanes.worker(handle, { gate, observer });
    for (let id = 1; id <= 40; id += 1) {
      await lanes.push(id % 20, id);
      if (id % 10 === 0) await sleep(SWEEPS_MS / 4);
    }
    expect(turns).toEqual([]);
    expect(Object.values(await lanes.states())).toEqual(Array(20).fill('waking'));
    open();
    await until(() => lanes.isEmpty());
    await until(() => turns.length === 40);
    expect(swept.filter((each) => !each.startsWith('rest-over'))).toEqual([]);
    expect(new Set(attempts)).toEqual(new Set([1]));
    for (let id = 1; id <= 20; id += 1) {
      expect(turns.indexOf(`${id} done`)).toBeLessThan(turns.indexOf(`${id + 20} done`));
    }
  });

  it('lets the running turn end, and hands its lane back', async () => {
    const { gate, open, close } = createGate(true);
    const { observer, turns } = recordingObserver();
    await lanes.worker(async (turn) => void (updateOf(turn) === 1 && close()), {
      gate,
      observer,
    });
    for (let id = 1; id <= 3; id += 1) await lanes.push(7, id);
    await until(() => turns.length === 1);
    await until(async () => (await lanes.states())['c:7'] === 'waking');
    await sleep(500);
    expect(turns).toEqual(['1 done']);
    open();
    await until(() => turns.length === 3);
    expect(turns).toEqual(['1 done', '2 done', '3 done']);
  });

  it('hands the lane back after a put-off failure without charging an attempt', async () => {
    const { gate, open, close } = createGate(true);
    const { observer, turns, swept } = recordingObserver();
    const attempts: number[] = [];
    await lanes.worker(
      async (turn) => {
        attempts.push(turn.attempt);
        if (attempts.length > 3) return;
        close();
        setTimeout(open, 20);
        throw new Error('no connection');
      },
      { gate, observer, maxAttempts: 1, classifyError: () => ({ next: 'put-off' }) },
    );
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    await until(() => lanes.isEmpty());
    await until(() => turns.length === 5);
    expect(attempts).toEqual([1, 1, 1, 1, 1]);
    expect(turns).toEqual([...Array<string>(3).fill('1 handed-back'), '1 done', '2 done']);
    expect(swept).toEqual([]);
  });

  it('does not give up an event because of the error that closes it, no matter how long the event was postponed', async () => {
    const { gate, open, close } = createGate(true);
    const { observer, turns } = recordingObserver();
    const givenUp: boolean[] = [];
    const lane = lanes.keys.lane('c:7');
    await lanes.push(7, 1);
    await lanes.worker(
      async ({ fate }) => {
        if (givenUp.length === 2) return;
        const error = new Error('no connection');
        const before = fate.isGivenUpAfter(error);
        close();
        givenUp.push(before, fate.isGivenUpAfter(error));
        setTimeout(open, 20);
        throw error;
      },
      {
        ...{ gate, observer, maxAttempts: 1, longestPutOffMs: 0 },
        classifyError: () => ({ next: 'put-off' }),
      },
    );
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 handed-back', '1 done']);
    expect(givenUp).toEqual([true, false]);
    await until(async () => (await lanes.redis.exists(lane)) === 0);
  });

  it('does not delay a stop', async () => {
    const { gate } = createGate(false);
    const worker = await lanes.worker(() => Promise.resolve(), { gate });
    for (let id = 1; id <= 10; id += 1) {
      await lanes.push(id, id);
      await sleep(10);
    }
    await worker.stop(AbortSignal.timeout(60_000));
    await lanes.worker(() => Promise.resolve());
    await until(() => lanes.isEmpty());
  });

  it('does not open suspects', async () => {
    const { gate, open } = createGate(false);
    const { observer, turns } = recordingObserver();
    await lanes.pushUpdate(message(7, 1, 'innocent'));
    const { redis, keys } = lanes;
    await redis.zrem(keys.waking, 'c:7');
    await redis.zadd(keys.resting, '1', 'c:7');
    await redis.hset(keys.lane('c:7'), 'suspect', '1', 'deaths', '2', 'attempts', '2');
    await lanes.worker(() => Promise.resolve(), { gate, observer });
    await sleep(1_000);
    expect(turns).toEqual([]);
    expect(await lanes.states()).toEqual({ 'c:7': 'resting' });
    open();
    await until(() => turns.length === 1);
    expect(turns).toEqual(['1 done']);
  });
});

describe('a failure that does not count as an attempt', () => {
  const verdicts: [Verdict, object][] = [
    [{ next: 'put-off' }, { longestPutOffMs: 1_000 }],
    [{ next: 'wait', forMs: 20 }, { longestWaitMs: 3_000 }],
  ];

  it.each(verdicts)('counts once its limit is reached (%j)', async (verdict, bounds) => {
    const { observer, turns } = recordingObserver();
    const attempts: number[] = [];
    const givenUp: boolean[] = [];
    await lanes.worker(
      async (turn) => {
        if (updateOf(turn) === 2) return;
        attempts.push(turn.attempt);
        const error = new Error('500');
        givenUp.push(turn.fate.isGivenUpAfter(error));
        throw error;
      },
      { observer, maxAttempts: 3, classifyError: () => verdict, ...bounds },
    );
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    await until(() => turns.includes('2 done'));
    const uncharged = verdict.next === 'wait' ? 3 : 1;
    expect(attempts).toEqual([...Array<number>(uncharged).fill(1), 1, 2, 3]);
    expect(givenUp.indexOf(true)).toBe(attempts.length - 1);
    expect(await lanes.operator.deadLetters.count()).toBe(1);
  });

  it('has a separate limit for each event', async () => {
    const { observer, turns } = recordingObserver();
    const tries = new Map<number, number>();
    await lanes.worker(
      async (turn) => {
        const id = updateOf(turn);
        tries.set(id, (tries.get(id) ?? 0) + 1);
        if (tries.get(id) === 1) throw new Error('500');
      },
      {
        observer,
        maxAttempts: 1,
        classifyError: () => ({ next: 'put-off' }),
        longestPutOffMs: 1_000,
      },
    );
    for (let id = 1; id <= 3; id += 1) await lanes.push(7, id);
    await until(() => lanes.isEmpty());
    expect(await lanes.operator.deadLetters.count()).toBe(0);
    await until(() => turns.length === 6);
  });
});

describe('the mark that a user was notified of a failure', () => {
  const { gate, open, close } = createGate(true);
  const resume = async (): Promise<void> => {
    await until(async () => (await lanes.states())['c:7'] === 'paused');
    await lanes.operator.resume('c:7');
  };
  const ends: [end: string, options: object, goOn: () => Promise<void>][] = [
    ['an operator is asked', { classifyError: () => ({ next: 'ask' }) }, resume],
    ['the lane is blocked', { atTheLimit: 'block', maxAttempts: 1 }, resume],
    [
      'the gate is closed',
      { classifyError: () => ({ next: 'put-off' }) },
      () => Promise.resolve(open()),
    ],
  ];

  it.each(ends)('is kept when %s', async (end, options, goOn) => {
    const known: boolean[] = [];
    await lanes.worker(
      ({ fate }) => {
        known.push(fate.isUserNotified);
        if (known.length === 2) return Promise.resolve();
        fate.userNotified();
        if (end === 'the gate is closed') close();
        return Promise.reject(new Error('broken'));
      },
      { gate, ...options },
    );
    await lanes.push(7, 1);
    await until(() => known.length === 1);
    await goOn();
    await until(() => lanes.isEmpty());
    expect(known).toEqual([false, true]);
  });

  it('is kept when the worker stops', async () => {
    const known: boolean[] = [];
    const handle = async ({ fate, signal }: Turn): Promise<void> => {
      known.push(fate.isUserNotified);
      if (known.length === 2) return;
      fate.userNotified();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    await lanes.push(7, 1);
    const first = await lanes.worker(handle);
    await until(() => known.length === 1);
    await first.stop(AbortSignal.timeout(1));
    await lanes.worker(handle);
    await until(() => lanes.isEmpty());
    expect(known).toEqual([false, true]);
  });

  it('is stored for each event separately', async () => {
    const known: string[] = [];
    await lanes.worker(async (turn) => {
      const id = updateOf(turn);
      known.push(`${id} ${turn.fate.isUserNotified}`);
      if (id === 1 && turn.attempt === 1) turn.fate.userNotified();
      if (turn.attempt < 3) throw new Error('broken');
    });
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    await until(() => lanes.isEmpty());
    expect(known).toEqual(['1 false', '1 true', '1 true', '2 false', '2 false', '2 false']);
  });
});
