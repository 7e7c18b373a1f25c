import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeAll(async () => {
  lanes = await startLanes();
});
afterAll(() => lanes.stop());

describe('a worker', () => {
  it('runs the events of many lanes, each lane in order and with its session', async () => {
    const seen: Record<string, number[]> = {};
    await lanes.worker(async (turn) => {
      const update = turn.event.type === 'update' ? turn.event.updateId : 0;
      (seen[turn.lane] ??= []).push(update);
      const before = JSON.parse((await turn.sessions.get(turn.sessionKey!)) ?? '[]') as number[];
      turn.sessions.stage(turn.sessionKey!, JSON.stringify([...before, update]));
    });
    const pushes = [];
    for (let id = 1; id <= 200; id += 1) pushes.push(lanes.push(1 + (id % 10), id));
    await Promise.all(pushes);
    await until(() => lanes.isEmpty());
    expect(Object.values(seen).flat()).toHaveLength(200);
    for (let chat = 1; chat <= 10; chat += 1) {
      const session = await lanes.redis.get(lanes.keysOf(`c:${chat}`).session(`c:${chat}:${chat}`));
      expect(JSON.parse(session!)).toEqual(seen[`c:${chat}`]);
      expect(seen[`c:${chat}`]).toEqual([...seen[`c:${chat}`]!].sort((a, b) => a - b));
    }
  });
});
