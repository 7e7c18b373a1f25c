import { recordingObserver, startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

describe('a deployment under an operator', () => {
  it('pauses an idle lane, whose mail then waits until it is resumed', async () => {
    const { observer, turns } = recordingObserver();
    await lanes.worker(() => Promise.resolve(), { observer });
    expect(await lanes.operator.pause('c:7')).toBe('paused');
    expect(await lanes.operator.pause('c:7')).toBe('already');
    await lanes.push(7, 1);
    await lanes.push(8, 2);
    await until(() => turns.includes('2 done'));
    expect(await lanes.states()).toEqual({ 'c:7': 'paused' });
    expect(await lanes.operator.resume('c:7')).toBe(true);
    await until(() => turns.length === 2);
    expect(turns).toEqual(['2 done', '1 done']);
    expect(await lanes.operator.resume('c:7')).toBe(false);
  });

  it('pauses a held lane when its turn ends, unless it is resumed before that', async () => {
    const handled: number[] = [];
    const ends: (() => void)[] = [];
    await lanes.worker(async (turn) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      handled.push(updateOf(turn));
    });
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    await until(() => ends.length === 1);
    expect(await lanes.operator.pause('c:7')).toBe('after-turn');
    expect(await lanes.operator.resume('c:7')).toBe(true);
    ends[0]!();
    await until(() => ends.length === 2);
    expect(await lanes.operator.pause('c:7')).toBe('after-turn');
    ends[1]!();
    await until(async () => (await lanes.states())['c:7'] === 'paused');
    expect(handled).toEqual([1, 2]);
    await lanes.operator.resume('c:7');
    await until(() => ends.length === 3);
    ends[2]!();
    await until(() => lanes.isEmpty());
  });

  it('gives the head of a blocked lane all its attempts again when it is resumed', async () => {
    const { observer, turns } = recordingObserver();
    let broken = true;
    await lanes.worker(
      async () => {
        if (broken) throw new Error('broken');
      },
      { atTheLimit: 'block', maxAttempts: 2, observer },
    );
    await lanes.push(7, 2);
    await until(async () => (await lanes.states())['c:7'] === 'paused');
    await lanes.push(7, 1);
    expect(await lanes.mailbox('c:7')).toEqual(['2', '1']);
    broken = false;
    await lanes.operator.resume('c:7');
    await until(() => turns.length === 4);
    expect(turns).toEqual(['2 failed', '2 blocked', '2 done', '1 done']);
  });

  it('buries an event at once if a retry cannot help', async () => {
    const { observer, turns } = recordingObserver();
    const never = async (): Promise<void> => Promise.reject(new Error('wrong request'));
    await lanes.worker(never, { observer, classifyError: () => ({ next: 'never' }) });
    await lanes.push(7, 1);
    await until(() => turns.length > 0);
    expect(turns).toEqual(['1 buried']);
  });

  it('replays a dead letter at the front of its lane despite the seen mark, and drops another', async () => {
    const handled: number[] = [];
    let broken = true;
    await lanes.worker(
      async (turn) => {
        if (broken && updateOf(turn) <= 2) throw new Error('broken');
        handled.push(updateOf(turn));
      },
      { maxAttempts: 1 },
    );
    for (const id of [1, 2]) await lanes.push(7, id);
    await until(() => lanes.isEmpty());
    const { deadLetters } = lanes.operator;
    expect((await deadLetters.list()).map(({ id }) => id)).toEqual(['1', '2']);

    broken = false;
    await lanes.operator.pause('c:7');
    await lanes.push(7, 3);
    expect(await deadLetters.replay('1')).toBe(true);
    expect(await deadLetters.replay('1')).toBe(false);
    expect(await lanes.mailbox('c:7')).toEqual(['1', '3']);
    expect(await deadLetters.drop('2')).toBe(true);
    expect(await deadLetters.drop('2')).toBe(false);
    expect(await deadLetters.count()).toBe(0);
    await lanes.operator.resume('c:7');
    await until(() => lanes.isEmpty());
    expect(handled).toEqual([1, 3]);
  });

  it('releases a resting lane at once, and reports when there is nothing to release', async () => {
    const { observer, turns } = recordingObserver();
    await lanes.worker(
      async (turn) => {
        if (turn.attempt === 1) throw new Error('once');
      },
      { backOffMs: () => 60_000, observer },
    );
    expect(await lanes.operator.release('c:7')).toBe(false);
    await lanes.push(7, 1);
    await until(async () => (await lanes.states())['c:7'] === 'resting');
    expect(await lanes.operator.release('c:7')).toBe(true);
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 failed', '1 done']);
  });

  it('blocks a lane instead of burying its head when every worker that ran it vanished', async () => {
    const { observer, turns } = recordingObserver();
    await lanes.push(7, 1);
    await lanes.redis.hset(lanes.keys.lane('c:7'), 'attempts', 3);
    await lanes.worker(() => Promise.resolve(), { maxAttempts: 3, atTheLimit: 'block', observer });
    await until(() => turns.length > 0);
    expect(turns).toEqual(['1 blocked']);
    expect(await lanes.states()).toEqual({ 'c:7': 'paused' });
    expect(await lanes.mailbox('c:7')).toEqual(['1']);
    await lanes.operator.resume('c:7');
    await until(() => turns.length > 1);
    expect(turns).toEqual(['1 blocked', '1 done']);
  });
});
