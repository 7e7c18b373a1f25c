import { setTimeout as sleep } from 'node:timers/promises';
import { startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const idle = (): Promise<boolean> => lanes.isEmpty();

describe('a worker', () => {
  it('handles other lanes while one is slow and another keeps failing', async () => {
    const done: string[] = [];
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    await lanes.worker(
      async (turn) => {
        if (turn.lane === 'c:1') await slow;
        if (turn.lane === 'c:2') throw new Error('always');
        done.push(turn.lane);
      },
      { maxAttempts: 99, backOffMs: () => 50, turns: 4 },
    );
    await lanes.push(1, 1);
    await lanes.push(2, 2);
    for (let id = 3; id <= 40; id += 1) await lanes.push(id, id);
    await until(() => done.length === 38);
    expect(done).not.toContain('c:1');
    release();
    await until(() => done.includes('c:1'));
  });

  it('alternates between a flooding lane and the others, even with a single turn', async () => {
    const order: string[] = [];
    for (let id = 1; id <= 300; id += 1) await lanes.push(1, id);
    for (let id = 301; id <= 305; id += 1) await lanes.push(id, id);
    await lanes.worker(
      async (turn) => {
        order.push(turn.lane);
        return Promise.resolve();
      },
      { turns: 1, yieldAfterEvents: 10 },
    );
    await until(idle);
    expect(order).toHaveLength(305);
    const lastCalm = Math.max(...[301, 302, 303, 304, 305].map((id) => order.indexOf(`c:${id}`)));
    expect(lastCalm).toBeLessThan(100);
  });

  it('leaves lanes for which it has no free turn to other workers', async () => {
    const by: string[] = [];
    let release: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => (release = resolve));
    await lanes.worker(() => stuck.then(() => void by.push('slow')), { turns: 1 });
    await Promise.all([1, 2, 3, 4, 5, 6].map((id) => lanes.push(id, id)));
    await until(async () => Object.values(await lanes.states()).includes('held'));
    await lanes.worker(async () => {
      by.push('quick');
      await sleep(1);
    });
    await until(() => by.length === 5);
    expect(by).toEqual(Array.from({ length: 5 }, () => 'quick'));
    release();
    await until(idle);
  });

  it('runs no more handlers at once than it has turns, although it holds more lanes', async () => {
    let [running, most, done] = [0, 0, 0];
    for (let id = 1; id <= 90; id += 1) await lanes.push(id % 30, id);
    await lanes.worker(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(1);
        running -= 1;
        done += 1;
      },
      { turns: 3 },
    );
    await until(() => done === 90);
    expect(most).toBe(3);
  });

  it('hands back a lane when no turn is free for its next event', async () => {
    const by: string[] = [];
    let release: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => (release = resolve));
    await Promise.all([lanes.push(1, 1), lanes.push(1, 2), lanes.push(2, 3)]);
    await lanes.worker(
      async (turn) => {
        if (turn.lane === 'c:2') await stuck;
        by.push(`slow ${updateOf(turn)}`);
      },
      { turns: 1 },
    );
    await until(() => by.length === 1);
    await lanes.worker((turn) => Promise.resolve(void by.push(`quick ${updateOf(turn)}`)));
    await until(() => by.length === 2);
    expect(by).toEqual(['slow 1', 'quick 2']);
    release();
    await until(idle);
  });
});
