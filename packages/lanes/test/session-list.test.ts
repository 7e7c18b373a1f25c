import { startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

async function entries(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key, json } of lanes.operator.sessions.entries()) found[key] = json;
  return found;
}

describe('the operator', () => {
  it('writes, lists and removes sessions where the lanes store them', async () => {
    const { sessions } = lanes.operator;
    expect(await entries()).toEqual({});
    const one = { key: 'c:1:1', json: '{"a":1}', lifeMs: undefined };
    expect(await sessions.put(one, 'keep')).toBe(true);
    expect(await sessions.put({ ...one, json: '2' }, 'keep')).toBe(false);
    expect(await sessions.put({ key: 'b:x:5:chat', json: '3', lifeMs: 60_000 }, 'keep')).toBe(true);
    expect(await sessions.get('c:1:1')).toEqual(one);
    expect((await sessions.get('b:x:5:chat'))!.lifeMs).toBeLessThanOrEqual(60_000);
    expect(await entries()).toEqual({ 'c:1:1': '{"a":1}', 'b:x:5:chat': '3' });
    expect(await sessions.put({ ...one, json: '2' }, 'replace')).toBe(true);
    expect(await sessions.remove('c:1:1')).toBe(true);
    expect(await sessions.remove('c:1:1')).toBe(false);
    expect(await entries()).toEqual({ 'b:x:5:chat': '3' });
  });

  it('records the users with a session in a basic group, for its migration', async () => {
    const { sessions } = lanes.operator;
    await sessions.put({ key: 'c:-5:42', json: '1', lifeMs: undefined }, 'keep');
    const [users] = await lanes.redis.keys('*:users:c:-5');
    expect(await lanes.redis.smembers(users!)).toEqual(['42']);
    await sessions.remove('c:-5:42');
    expect(await lanes.redis.exists(users!)).toBe(0);
  });

  it('changes sessions so that the next turn sees the change, even if its worker has cached them', async () => {
    const seen: (string | undefined)[] = [];
    const ends: (() => void)[] = [];
    await lanes.worker(async (turn) => {
      seen.push(await turn.sessions.get('c:7:7'));
      if (updateOf(turn) < 3) await new Promise<void>((resolve) => ends.push(resolve));
    });
    await lanes.operator.sessions.put({ key: 'c:7:7', json: '"old"', lifeMs: undefined }, 'keep');
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    await until(() => ends.length === 1);
    await lanes.operator.sessions.put(
      { key: 'c:7:7', json: '"new"', lifeMs: undefined },
      'replace',
    );
    ends[0]!();
    await until(() => ends.length === 2);
    await lanes.operator.sessions.remove('c:7:7');
    ends[1]!();
    await until(() => lanes.isEmpty());
    expect(seen).toEqual(['"old"', '"new"', undefined]);
  });
});
