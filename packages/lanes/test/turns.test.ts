import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisServer } from '@chatlane/testing';
import type { Turn } from '../src/index.js';
import { deploymentKeys } from '../src/keys.js';
import { recordingObserver, startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const untilAborted = (turn: Turn): Promise<void> =>
  new Promise((_resolve, reject) =>
    turn.signal.addEventListener('abort', () => reject(turn.signal.reason as Error)),
  );

/** Moves the arrival of the head into the past. */
async function age(lane: string, byMs: number): Promise<void> {
  const mail = lanes.keysOf(lane).mail(lane);
  const [envelope] = await lanes.redis.lrange(mail, 0, 0);
  const aged = envelope!.replace(/^\d+/, (arrived) => String(Number(arrived) - byMs));
  await lanes.redis.lset(mail, 0, aged);
}

describe('a turn', () => {
  it('is aborted in time by a stop while Redis is down', async () => {
    const begun: Turn[] = [];
    const worker = await lanes.worker((turn) => {
      begun.push(turn);
      return untilAborted(turn);
    });
    await lanes.push(7, 1);
    await until(() => begun.length === 1);
    const { port } = lanes.server;
    await lanes.server.stop();
    const stopped = worker.stop(AbortSignal.timeout(50));
    await until(() => begun[0]!.signal.aborted);
    expect(begun[0]!.signal.reason).toMatchObject({ why: 'shutdown' });
    const back = await startRedisServer([], { port });
    await stopped;
    await back.stop();
  });

  it('runs for a late button press, but not for a query that can no longer be answered', async () => {
    const { observer, turns } = recordingObserver();
    const query = { id: '1', from: { id: 7 } };
    await lanes.pushUpdate({ update_id: 1, callback_query: { ...query, data: 'x' } });
    await age('c:7', 24 * 3_600_000);
    await lanes.push(7, 2);
    await lanes.pushUpdate({ update_id: 3, inline_query: query });
    await age('express:inline_query:7', 31_000);
    await lanes.pushUpdate({ update_id: 4, pre_checkout_query: query });
    await age('express:pre_checkout_query:7', 11_000);
    await lanes.pushUpdate({ update_id: 5, shipping_query: query });
    await age('express:shipping_query:7', 100_000);
    await lanes.worker(() => Promise.resolve(), { observer });
    await until(() => turns.length === 5);
    expect(turns.sort()).toEqual(['1 done', '2 done', '3 expired', '4 expired', '5 done']);
  });

  it('is aborted by a /cancel and writes nothing, before the /cancel itself runs', async () => {
    const { observer, turns } = recordingObserver();
    await lanes.worker(
      async (turn) => {
        if (updateOf(turn) !== 1) return;
        turn.sessions.stage(turn.sessionKey!, '"half"');
        await untilAborted(turn);
      },
      { observer },
    );
    await lanes.push(7, 1);
    await until(async () => (await lanes.states())['c:7'] === 'held');
    await lanes.push(7, 2, '/cancel');
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 cancelled', '2 done']);
    expect(await lanes.redis.get(lanes.keys.session('c:7:7'))).toBeNull();
  });

  it('is not aborted by its own /cancel or an earlier one that is published late', async () => {
    const stopped: boolean[] = [];
    const { redis } = lanes;
    await lanes.worker(async (turn) => {
      await redis.publish(deploymentKeys('test').interrupt(0), 'c:7|1|7|');
      await sleep(50);
      stopped.push(turn.signal.aborted);
    });
    await lanes.push(7, 1, '/cancel');
    await lanes.push(7, 2);
    await until(() => stopped.length === 2);
    expect(stopped).toEqual([false, false]);
  });

  it('is finished by a stop, which then hands the lane back', async () => {
    const { observer, turns } = recordingObserver();
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const worker = await lanes.worker(() => ended, { observer });
    for (let id = 1; id <= 5; id += 1) await lanes.push(7, id);
    await until(async () => (await lanes.states())['c:7'] === 'held');
    const stopped = worker.stop(AbortSignal.timeout(60_000));
    end();
    await stopped;
    expect(turns).toEqual(['1 done']);
    expect(await lanes.states()).toEqual({ 'c:7': 'waking' });
    await lanes.worker(() => Promise.resolve(), { observer });
    await until(() => turns.length === 5);
    expect(turns).toEqual([1, 2, 3, 4, 5].map((id) => `${id} done`));
  });

  it('is aborted at the deadline of a stop, and retried without losing an attempt', async () => {
    const attempts: number[] = [];
    const { observer, turns } = recordingObserver();
    const worker = await lanes.worker(untilAborted, { observer });
    await lanes.push(7, 5);
    await until(async () => (await lanes.states())['c:7'] === 'held');
    await worker.stop(AbortSignal.timeout(50));
    await lanes.push(7, 4);
    expect(await lanes.mailbox('c:7')).toEqual(['5', '4']);
    await lanes.worker(async (turn) => void attempts.push(turn.attempt), { observer });
    await until(() => turns.length === 3);
    expect(turns).toEqual(['5 handed-back', '5 done', '4 done']);
    expect(attempts).toEqual([1, 1]);
  });

  it('rests its lane without counting an attempt when the failure asks to wait', async () => {
    const attempts: number[] = [];
    await lanes.worker(
      async (turn) => {
        attempts.push(turn.attempt);
        if (attempts.length < 6) throw new Error('flood');
      },
      { maxAttempts: 2, classifyError: () => ({ next: 'wait', forMs: 20 }) },
    );
    await lanes.push(7, 1);
    await until(() => lanes.isEmpty());
    expect(attempts).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await lanes.operator.deadLetters.count()).toBe(0);
  });

  it('rests its lane briefly when the requested wait is not a valid duration', async () => {
    const waits = [NaN, Infinity, -1];
    await lanes.worker(() => Promise.reject(new Error('flood')), {
      classifyError: () => ({ next: 'wait', forMs: waits.pop()! }),
    });
    for (const chat of [7, 8, 9]) await lanes.push(chat, chat);
    await until(async () => (await lanes.everywhere('resting')).length === 3);
    expect(await lanes.states()).toEqual({ 'c:7': 'resting', 'c:8': 'resting', 'c:9': 'resting' });
  });

  it('no longer holds the lane once it is over, so that code it left running can send nothing', async () => {
    const begun: Turn[] = [];
    await lanes.worker((turn) => Promise.resolve(void begun.push(turn)));
    await lanes.push(7, 1);
    await until(() => lanes.isEmpty());
    await until(() => !begun[0]!.isHeld());
    expect(begun[0]!.signal.aborted).toBe(false);
  });

  it('fails when its handler throws before it returns a promise', async () => {
    const { observer, turns, troubles } = recordingObserver();
    const handle = (): Promise<void> => {
      throw new Error('at once');
    };
    await lanes.worker(handle, { maxAttempts: 1, observer });
    await lanes.push(7, 1);
    await until(() => turns.length + troubles.length > 0);
    expect({ turns, troubles }).toEqual({ turns: ['1 buried'], troubles: [] });
  });

  it('knows whether its event was handled before, even in an attempt that was not counted', async () => {
    const seen: string[] = [];
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    await lanes.worker(
      (turn) => {
        seen.push(`${updateOf(turn)}: ${turn.attempt}${turn.isRepeat ? ' again' : ''}`);
        const runs = seen.filter((each) => each.startsWith(`${updateOf(turn)}:`)).length;
        return runs < 3 ? Promise.reject(new Error('wait')) : Promise.resolve();
      },
      { maxAttempts: 2, classifyError: () => ({ next: 'wait', forMs: 1 }) },
    );
    await until(() => lanes.isEmpty());
    expect(seen).toEqual(['1: 1', '1: 1 again', '1: 1 again', '2: 1', '2: 1 again', '2: 1 again']);
  });
});
