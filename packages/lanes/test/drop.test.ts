import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

describe('dropping a lane', () => {
  it('resets the attempts, so that the next event starts with its first', async () => {
    const attempts: string[] = [];
    await lanes.worker(
      ({ event, attempt }) => {
        const { updateId } = event as { updateId: number };
        attempts.push(`${updateId} ${attempt}`);
        return updateId === 1 ? Promise.reject(new Error('broken')) : Promise.resolve();
      },
      { backOffMs: () => 600_000 },
    );
    await lanes.push(7, 1);
    await until(async () => (await lanes.states())['c:7'] === 'resting');
    expect(await lanes.operator.drop('c:7')).toBe(1);
    await lanes.push(7, 2);
    await until(() => lanes.isEmpty());
    expect(attempts).toEqual(['1 1', '2 1']);
  });
});
