import { setTimeout as sleep } from 'node:timers/promises';
import type { HandleTurn, Turn } from '../src/index.js';
import { recordingObserver, startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

/** A handler that ignores its signal, and the highest number of its concurrent runs, in one lane and in all. */
interface IgnoringHandler {
  handle: HandleTurn;
  begun: Turn[];
  mostOfALane: number;
  mostInAll: number;
}

/** `durationMs`: how long the handler runs, by update_id. Default 0. */
function handlerThatIgnores(durationMs: Record<number, number>): IgnoringHandler {
  const running = new Map<string, number>();
  const ignoring: IgnoringHandler = {
    begun: [],
    mostOfALane: 0,
    mostInAll: 0,
    async handle(turn) {
      ignoring.begun.push(turn);
      running.set(turn.lane, (running.get(turn.lane) ?? 0) + 1);
      ignoring.mostOfALane = Math.max(ignoring.mostOfALane, ...running.values());
      const inAll = [...running.values()].reduce((sum, each) => sum + each, 0);
      ignoring.mostInAll = Math.max(ignoring.mostInAll, inAll);
      await sleep(durationMs[updateOf(turn)] ?? 0);
      running.set(turn.lane, running.get(turn.lane)! - 1);
    },
  };
  return ignoring;
}

const workerExits = 'its handler did not end, and the worker that runs it exits';
const laneOf7 = (): Promise<object | undefined> => lanes.operator.lanes.show('c:7');

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

describe('a handler that ignores its signal', () => {
  it('keeps its lane and its turn until it has ended, however late that is', async () => {
    const { observer, turns } = recordingObserver();
    const ignoring = handlerThatIgnores({ 1: 1_200, 2: 1_200, 3: 1_200 });
    const options = { turns: 1, turnTimeoutMs: 400, leaseMs: 3_000, maxAttempts: 2, observer };
    // The second worker always has free turns.
    await lanes.worker(ignoring.handle, options);
    await lanes.worker(ignoring.handle, options);
    for (const update of [1, 2, 3]) await lanes.push(7, update);
    await lanes.push(8, 4);
    await until(() => lanes.isEmpty());
    expect(ignoring).toMatchObject({ mostOfALane: 1 });
    expect(ignoring.mostInAll).toBeLessThanOrEqual(2);
    const ofLane7 = turns.filter((turn) => !turn.startsWith('4'));
    expect(ofLane7).toEqual([1, 2, 3].flatMap((id) => [`${id} failed`, `${id} buried`]));
    expect(turns).toContain('4 done');
    const letters = await lanes.operator.deadLetters.list();
    expect(letters.map(({ error }) => error.name)).toEqual(Array(3).fill('TurnTimedOut'));
  });

  it('keeps its lane and its turn when its user cancels it, but can no longer write anything', async () => {
    const { observer, turns } = recordingObserver();
    const ignoring = handlerThatIgnores({ 1: 1_200 });
    const refused: unknown[] = [];
    await lanes.worker(
      async (turn) => {
        await ignoring.handle(turn);
        if (updateOf(turn) !== 1) return;
        try {
          turn.sessions.stage(turn.sessionKey!, '"after the cancel"');
        } catch (error) {
          refused.push(error);
        }
      },
      { turns: 1, observer },
    );
    await lanes.push(7, 1);
    await until(() => ignoring.begun.length === 1);
    await lanes.push(7, 2, '/cancel');
    await lanes.push(8, 3);
    await until(() => ignoring.begun[0]!.signal.aborted);
    await until(() => turns.length === 3);
    expect(ignoring).toMatchObject({ mostOfALane: 1, mostInAll: 1 });
    expect(turns.filter((turn) => !turn.startsWith('3'))).toEqual(['1 cancelled', '2 done']);
    expect(refused).toEqual([expect.any(Error)]);
    expect(await lanes.redis.get(lanes.keys.session('c:7:7'))).toBeNull();
  });

  it('keeps its turn when its lane is released', async () => {
    const { observer, turns } = recordingObserver();
    const ignoring = handlerThatIgnores({ 1: 3_000 });
    await lanes.worker(ignoring.handle, { turns: 1, leaseMs: 1_500, observer });
    await lanes.push(7, 1);
    await until(() => ignoring.begun.length === 1);
    await lanes.operator.pause('c:7');
    await lanes.operator.release('c:7');
    await until(() => ignoring.begun[0]!.signal.aborted);
    await lanes.push(8, 2);
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 fenced', '2 done']);
    expect(ignoring.mostInAll).toBe(1);
  });

  it('counts as overdue until it has ended, and is reported with its lane after a while', async () => {
    const overdue: number[] = [];
    const named: unknown[] = [];
    const ignoring = handlerThatIgnores({ 1: 5_800 });
    await lanes.worker(ignoring.handle, {
      turnTimeoutMs: 400,
      maxAttempts: 1,
      observer: {
        handlersOverdue: (count) => overdue.push(count),
        overdue: (turn) => named.push(turn),
      },
    });
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    await until(() => lanes.isEmpty());
    expect(overdue).toEqual([1, 0]);
    expect(named).toEqual([{ lane: 'c:7', eventId: '1', kind: 'message', attempt: 1 }]);
  });
});

describe('a handler that still runs at the end of its grace period', () => {
  it('is reported once as stuck, and keeps its lane and its turn', async () => {
    const stuck: string[] = [];
    const ignoring = handlerThatIgnores({ 1: 2_500 });
    const { observer, turns } = recordingObserver();
    await lanes.worker(ignoring.handle, {
      ...{ turns: 1, turnTimeoutMs: 400, graceMs: 50, leaseMs: 3_000, maxAttempts: 1, observer },
      onStuck: ({ lane, event, attempt }) => stuck.push(`${lane} ${event.kind} attempt ${attempt}`),
    });
    await lanes.push(7, 1);
    await lanes.push(8, 2);
    await until(() => stuck.length > 0);
    expect((await lanes.states())['c:7']).toBe('held');
    expect(turns).toEqual([]);
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 buried', '2 done']);
    expect(stuck).toEqual(['c:7 message attempt 1']);
    expect(ignoring.mostInAll).toBe(1);
  });

  it('is not reported sooner because its user cancelled it', async () => {
    const stuck: Turn[] = [];
    const ignoring = handlerThatIgnores({ 1: 700 });
    await lanes.worker(ignoring.handle, {
      ...{ turnTimeoutMs: 5_000, graceMs: 20 },
      onStuck: (turn) => stuck.push(turn),
    });
    await lanes.push(7, 1);
    await until(() => ignoring.begun.length === 1);
    await lanes.push(7, 2, '/cancel');
    await until(() => lanes.isEmpty());
    expect(stuck).toEqual([]);
  });

  /** A worker with a handler in `c:7` that never ends, and one in `c:8` that ends when `release` is called. */
  async function stuckWorker(options: { maxAttempts: number; cancel?: boolean }) {
    const { observer, turns } = recordingObserver();
    const reported: Turn[] = [];
    const begun = new Set<string>();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const worker = await lanes.worker(
      (turn) => {
        begun.add(turn.lane);
        return turn.lane === 'c:7' ? new Promise(() => undefined) : released;
      },
      {
        ...{ turnTimeoutMs: 3_000, graceMs: 20, maxAttempts: options.maxAttempts, observer },
        onStuck: (turn) => void reported.push(turn),
      },
    );
    await lanes.push(7, 1);
    await until(() => begun.has('c:7'));
    if (options.cancel === true) await lanes.push(7, 2, '/cancel');
    await until(() => reported.length > 0);
    for (const update of [3, 4]) await lanes.push(8, update);
    await until(() => begun.has('c:8'));
    return { worker, turns, release };
  }

  it('does not delay a stop, after which its lane rests and the attempt is charged', async () => {
    const { worker, turns, release } = await stuckWorker({ maxAttempts: 3 });
    const stopped = worker.stop(AbortSignal.timeout(60_000));
    await sleep(100);
    // It still runs, so no other worker may have its lane.
    expect(turns).toEqual([]);
    expect(await lanes.states()).toEqual({ 'c:7': 'held', 'c:8': 'held' });
    release();
    await stopped;
    expect(turns).toEqual(['3 done', '1 failed']);
    expect(await lanes.states()).toEqual({ 'c:7': 'resting', 'c:8': 'waking' });
    expect(await laneOf7()).toMatchObject({ attempts: 1, reason: workerExits });
    // Long enough for the process that runs the handler to exit.
    const [, restsUntil] = await lanes.redis.zrange(lanes.keys.resting, '0', '0', 'WITHSCORES');
    const [seconds] = await lanes.redis.time();
    expect(Number(restsUntil) / 1_000 - Number(seconds)).toBeGreaterThan(3);
  });

  it('is buried by the next worker after its last attempt', async () => {
    const { worker, turns, release } = await stuckWorker({ maxAttempts: 1 });
    await lanes.push(7, 5);
    release();
    await worker.stop(AbortSignal.timeout(60_000));
    expect(turns).toEqual(['3 done', '1 failed']);
    expect(await lanes.states()).toEqual({ 'c:7': 'resting', 'c:8': 'waking' });
    const { observer, turns: later } = recordingObserver();
    await lanes.redis.zadd(lanes.keys.resting, '1', 'c:7');
    await lanes.worker(() => Promise.resolve(), { maxAttempts: 1, observer });
    await until(() => later.length === 3);
    expect(later.sort()).toEqual(['1 buried', '4 done', '5 done']);
    const [letter] = await lanes.operator.deadLetters.list();
    expect(letter).toMatchObject({ id: '1', error: { name: 'WorkerLost' } });
    expect(letter!.error.message).toContain('restarted');
  });

  it('stays cancelled if its user has cancelled it', async () => {
    const { worker, turns, release } = await stuckWorker({ maxAttempts: 3, cancel: true });
    release();
    await worker.stop(AbortSignal.timeout(60_000));
    expect(turns).toEqual(['3 done', '1 cancelled']);
    expect(await lanes.states()).toEqual({ 'c:7': 'resting', 'c:8': 'waking' });
    expect(await lanes.mailbox('c:7')).toEqual(['2']);
    expect(await laneOf7()).toMatchObject({ attempts: 0, reason: workerExits });
  });
});

describe('a shutdown that a handler ignores', () => {
  it('rests the lane without charging an attempt', async () => {
    const { observer, turns } = recordingObserver();
    const worker = await lanes.worker(() => new Promise(() => undefined), { observer });
    await lanes.push(7, 1);
    await until(async () => (await lanes.states())['c:7'] === 'held');
    await worker.stop(AbortSignal.timeout(50));
    expect(turns).toEqual(['1 handed-back']);
    expect(await lanes.states()).toEqual({ 'c:7': 'resting' });
    expect(await laneOf7()).toMatchObject({ attempts: 0, reason: workerExits });
  });
});
