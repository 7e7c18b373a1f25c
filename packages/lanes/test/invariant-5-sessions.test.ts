import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '../src/index.js';
import { recordingObserver, startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const idle = (): Promise<boolean> => lanes.isEmpty();
const stored = (): Promise<string | null> => lanes.redis.get(lanes.keys.session('c:7:7'));

/** Appends the update_id to the list in the session, so that the session shows which turns have written it. */
async function append(turn: Turn): Promise<void> {
  const before = JSON.parse((await turn.sessions.get(turn.sessionKey!)) ?? '[]') as number[];
  turn.sessions.stage(turn.sessionKey!, JSON.stringify([...before, updateOf(turn)]));
}

describe('sessions', () => {
  it('contain what the handlers of committed updates wrote, and nothing of those that threw', async () => {
    await lanes.worker(
      async (turn) => {
        await append(turn);
        if (updateOf(turn) === 2 || (updateOf(turn) === 3 && turn.attempt === 1))
          throw new Error('after staging');
      },
      { maxAttempts: 2 },
    );
    for (const update of [1, 2, 3, 4]) await lanes.push(7, update);
    await until(idle);
    expect(await stored()).toBe('[1,3,4]');
  });

  it('contain nothing of a handler that missed its deadline, even if it goes on afterwards', async () => {
    const { observer, turns } = recordingObserver();
    const late: Promise<unknown>[] = [];
    await lanes.worker(
      async (turn) => {
        await append(turn);
        if (updateOf(turn) !== 2) return;
        turn.sessions.stage(turn.sessionKey!, '"half"');
        const write = sleep(3_000).then(() => turn.sessions.stage(turn.sessionKey!, '"zombie"'));
        late.push(write.catch((error: Error) => error));
        await write;
      },
      { turnTimeoutMs: 1_000, graceMs: 20, maxAttempts: 2, observer },
    );
    for (const update of [1, 2, 3]) await lanes.push(7, update);
    await until(() => turns.length === 4);
    expect(turns).toEqual(['1 done', '2 failed', '2 buried', '3 done']);
    expect(await stored()).toBe('[1,3]');
    expect(await Promise.all(late)).toEqual([expect.any(Error), expect.any(Error)]);
    expect(await stored()).toBe('[1,3]');
    expect((await lanes.operator.deadLetters.list())[0]?.error.name).toBe('TurnTimedOut');
  });

  it('are absent for the next event after a turn has deleted them', async () => {
    const seen: (string | undefined)[] = [];
    await lanes.worker(async (turn) => {
      seen.push(await turn.sessions.get(turn.sessionKey!));
      if (updateOf(turn) === 2) turn.sessions.stage(turn.sessionKey!, undefined);
      else turn.sessions.stage(turn.sessionKey!, JSON.stringify(updateOf(turn)));
    });
    for (const update of [1, 2, 3]) await lanes.push(7, update);
    await until(idle);
    expect(seen).toEqual([undefined, '1', undefined]);
    expect(await stored()).toBe('3');
  });

  it('are separate for each user of a group', async () => {
    const seen: Record<string, (string | undefined)[]> = {};
    await lanes.worker(async (turn) => {
      (seen[turn.sessionKey!] ??= []).push(await turn.sessions.get(turn.sessionKey!));
      turn.sessions.stage(turn.sessionKey!, String(updateOf(turn)));
    });
    for (const [update, user] of [
      [1, 5],
      [2, 6],
      [3, 5],
      [4, 5],
      [5, 6],
    ] as const) {
      await lanes.pushUpdate({
        update_id: update,
        message: { chat: { id: -100, type: 'group' }, from: { id: user }, date: 1, text: 'x' },
      });
    }
    await until(idle);
    expect(seen).toEqual({ 'c:-100:5': [undefined, '1', '3'], 'c:-100:6': [undefined, '2'] });
  });

  it('expire after their time to live, or never if that is 0', async () => {
    await lanes.worker(
      async (turn) => {
        turn.sessions.stage('c:7:a', '1');
        turn.sessions.stage('c:7:b', '1', 0);
        expect(() => turn.sessions.stage('c:8:8', '1')).toThrow(/must start with the lane/);
      },
      { sessionTtlSeconds: 60 },
    );
    await lanes.push(7, 1);
    await until(idle);
    expect(await lanes.redis.ttl(lanes.keys.session('c:7:a'))).toBeGreaterThan(50);
    expect(await lanes.redis.ttl(lanes.keys.session('c:7:b'))).toBe(-1);
  });

  it('reject a time to live that Redis would refuse in the middle of the commit', async () => {
    const refused: unknown[] = [];
    await lanes.worker(async (turn) => {
      for (const seconds of [0.5, -1, NaN, Infinity, 1e12]) {
        try {
          turn.sessions.stage(turn.sessionKey!, '1', seconds);
        } catch (error) {
          refused.push(error);
        }
      }
    });
    await lanes.push(7, 1);
    await until(() => lanes.isEmpty());
    expect(refused.map((error) => error instanceof RangeError)).toEqual(Array(5).fill(true));
    expect(await lanes.redis.exists(lanes.keys.session('c:7:7'))).toBe(0);
  });
});
