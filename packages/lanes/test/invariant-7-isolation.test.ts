import { setTimeout as sleep } from 'node:timers/promises';
import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const idle = (): Promise<boolean> => lanes.isEmpty();

it('handles other lanes while one is slow and one fails', async () => {
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

it('lets a flooding lane take turns with the others, though there is one turn at a time', async () => {
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

it('gives lanes it has no free turn for to another worker', async () => {
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
