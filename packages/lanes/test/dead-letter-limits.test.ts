import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

async function ids(lane: string): Promise<string[]> {
  return (await lanes.operator.deadLetters.list(100, { lane })).map(({ id }) => id);
}

async function buryAll(limits: {
  deadLettersPerLane?: number;
  deadLetters?: number;
}): Promise<void> {
  await lanes.worker(() => Promise.reject(new Error('broken')), { maxAttempts: 1, ...limits });
  await until(() => lanes.isEmpty());
}

describe('the limits on dead letters', () => {
  it('keep the newest letters of a lane, and count the dropped ones', async () => {
    for (const id of [1, 2, 3, 4, 5]) await lanes.push(7, id);
    await lanes.push(8, 6);
    await buryAll({ deadLettersPerLane: 2 });
    expect(await ids('c:7')).toEqual(['4', '5']);
    expect(await ids('c:8')).toEqual(['6']);
    const { deadLetters, droppedLetters } = await lanes.deployment.stats();
    expect({ deadLetters, droppedLetters }).toEqual({ deadLetters: 3, droppedLetters: 3 });
  });

  it('keep the newest letters of all lanes, with an equal share for each partition', async () => {
    const chats = Array.from({ length: 1_000 }, (_, index) => index + 1);
    const ofOne = chats.filter((chat) => lanes.keysOf(`c:${chat}`) === lanes.keysOf('c:1'));
    for (const [index, chat] of ofOne.slice(0, 4).entries()) await lanes.push(chat, index + 1);
    await buryAll({ deadLetters: 3 * 64 });
    const { deadLetters, droppedLetters } = await lanes.deployment.stats();
    expect({ deadLetters, droppedLetters }).toEqual({ deadLetters: 3, droppedLetters: 1 });
  });

  it('leave nothing of a dropped dead letter behind', async () => {
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    await buryAll({ deadLettersPerLane: 1 });
    expect(await lanes.redis.keys(lanes.keys.deadLetter('*'))).toEqual([
      lanes.keys.deadLetter('3'),
    ]);
    expect(await lanes.redis.zrange(lanes.keys.dead, '0', '-1')).toEqual(['3']);
    await lanes.operator.deadLetters.drop('3');
    expect(await lanes.redis.keys('*dead*')).toEqual([]);
  });

  it('no longer count dead letters that were replayed', async () => {
    for (const id of [1, 2]) await lanes.push(7, id);
    await buryAll({ deadLettersPerLane: 2 });
    await lanes.operator.deadLetters.replay('1');
    await until(async () => (await ids('c:7')).join() === '2,1');
    expect((await lanes.deployment.stats()).droppedLetters).toBe(0);
  });
});

describe('dead letters', () => {
  it('contain no copies of sessions, but are shown with the current ones', async () => {
    await lanes.redis.set(lanes.keys.session('c:7:7'), '"then"');
    await lanes.push(7, 1);
    await buryAll({});
    expect(await lanes.redis.hkeys(lanes.keys.deadLetter('1'))).not.toContain('session');
    await lanes.redis.set(lanes.keys.session('c:7:7'), '"now"');
    expect((await lanes.operator.deadLetters.get('1'))?.session).toBe('"now"');
    await lanes.redis.del(lanes.keys.session('c:7:7'));
    expect((await lanes.operator.deadLetters.get('1'))?.session).toBeUndefined();
  });
});
