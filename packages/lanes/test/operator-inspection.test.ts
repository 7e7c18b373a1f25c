import { startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

describe('the operator', () => {
  it('lists lanes that are not idle, the oldest event first, or only those in one state', async () => {
    for (const chat of [3, 1, 2]) await lanes.push(chat, chat * 10);
    await lanes.push(3, 31);
    await lanes.operator.pause('c:1');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await lanes.operator.pause('c:9');
    const all = await lanes.operator.lanes.list();
    expect(all.map(({ lane, state, waiting }) => [lane, state, waiting])).toEqual([
      ['c:3', 'waking', 2],
      ['c:1', 'paused', 1],
      ['c:2', 'waking', 1],
      ['c:9', 'paused', 0],
    ]);
    expect(all[0]!.oldestMs).toBeGreaterThanOrEqual(all[2]!.oldestMs!);
    expect(all[3]!.oldestMs).toBeUndefined();
    expect(await lanes.operator.lanes.waiting()).toEqual({ lanes: 3, events: 4, atLeast: false });
    const paused = await lanes.operator.lanes.list({ state: 'paused', limit: 1 });
    expect(paused.map(({ lane }) => lane)).toEqual(['c:1']);
  });

  it('shows the details of a lane, but nothing for an idle one', async () => {
    await lanes.redis.set(lanes.keys.session('c:7:7'), '{"step":2}');
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    const shown = await lanes.operator.lanes.show('c:7', { events: 1 });
    expect(shown).toMatchObject({
      lane: 'c:7',
      state: 'waking',
      waiting: 2,
      attempts: 0,
      epoch: undefined,
      sessions: [{ user: '7', json: '{"step":2}' }],
    });
    expect(shown!.events.map(({ id, kind }) => [id, kind])).toEqual([['1', 'message']]);
    expect(await lanes.operator.lanes.show('c:8')).toBeUndefined();
  });

  describe('the reason why a lane rests or is paused', () => {
    const reasonOf = async (chat: number): Promise<string | undefined> =>
      (await lanes.operator.lanes.show(`c:${chat}`))?.reason;
    const broken = Object.assign(new Error('Please forgive user Bob'), { errorCode: 429 });
    broken.name = 'RetryAfterError';

    it('names the error and its code, and never quotes its message', async () => {
      await lanes.worker(
        ({ lane }) =>
          Promise.reject(
            lane === 'c:1'
              ? new TypeError('Bob is not defined')
              : lane === 'c:2'
                ? broken
                : Object.assign(new Error('no Bob'), {
                    name: 'Bob said: \u001b[2J',
                    code: 'Bob said',
                  }),
          ),
        {
          backOffMs: () => 60_000,
          classifyError: (error) =>
            error === broken ? { next: 'wait', forMs: 60_000 } : { next: 'retry' },
        },
      );
      for (const chat of [1, 2, 3]) await lanes.push(chat, chat);
      await until(
        async () => Object.values(await lanes.states()).join() === 'resting,resting,resting',
      );
      expect([await reasonOf(1), await reasonOf(2), await reasonOf(3)]).toEqual([
        'TypeError in attempt 1',
        'waits because of 429 Too Many Requests',
        'Error in attempt 1',
      ]);
      const listed = await lanes.operator.lanes.list({ state: 'resting' });
      expect(listed.find(({ lane }) => lane === 'c:1')?.reason).toBe('TypeError in attempt 1');
      expect(await lanes.redis.hget(lanes.keysOf('c:3').lane('c:3'), 'why')).not.toContain('Bob');
    });

    it('is kept when an operator pauses the lane, and names the error that blocked it', async () => {
      await lanes.worker(() => Promise.reject(new RangeError('too far')), {
        backOffMs: () => 60_000,
        maxAttempts: 2,
        atTheLimit: 'block',
      });
      await lanes.push(1, 1);
      await until(async () => (await lanes.states())['c:1'] === 'resting');
      await lanes.operator.pause('c:1');
      expect(await reasonOf(1)).toBe('RangeError in attempt 1');
      await lanes.operator.resume('c:1');
      await until(async () => (await lanes.states())['c:1'] === 'resting');
      await lanes.operator.release('c:1');
      await until(async () => (await lanes.states())['c:1'] === 'paused');
      expect(await reasonOf(1)).toBe('RangeError in attempt 2');
    });

    it('names the deaths of workers for a suspect', async () => {
      const { redis } = lanes;
      const keys = lanes.keysOf('c:1');
      await lanes.push(1, 1);
      await redis.zrem(keys.waking, 'c:1');
      const dieAndSweep = async (field: string, value: string): Promise<void> => {
        await redis.zadd(keys.held, '1', 'c:1');
        await redis.hset(keys.lane('c:1'), 'epoch', '7', 'attempts', 2, field, value);
        await lanes.sweep('c:1');
      };
      await dieAndSweep('deaths', '1');
      expect(await reasonOf(1)).toBe('2 workers that held it died or froze; it waits to run alone');
      await dieAndSweep('alone', '1');
      expect(await reasonOf(1)).toBe('its worker died or froze while it ran alone');
    });

    it('is undefined for a lane that is waking, or was paused before anything failed', async () => {
      await lanes.push(1, 1);
      expect(await reasonOf(1)).toBeUndefined();
      await lanes.operator.pause('c:1');
      expect(await reasonOf(1)).toBeUndefined();
    });
  });

  it('drops a lane, so that its mail is gone for good and its holder can commit nothing', async () => {
    const ends: (() => void)[] = [];
    const handled: number[] = [];
    await lanes.worker(async (turn) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      handled.push(updateOf(turn));
      turn.sessions.stage(turn.sessionKey!, '"written"');
    });
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    await until(() => ends.length === 1);
    expect(await lanes.operator.drop('c:7')).toBe(3);
    expect(await lanes.operator.drop('c:7')).toBeUndefined();
    expect(await lanes.push(7, 2)).toBe('duplicate');
    await lanes.push(7, 4);
    await until(() => ends.length === 2);
    ends[0]!();
    await until(() => handled.length === 1);
    expect(await lanes.mailbox('c:7')).toEqual(['4']);
    expect(await lanes.redis.get(lanes.keys.session('c:7:7'))).toBeNull();
    ends[1]!();
    await until(() => lanes.isEmpty());
    expect(handled).toEqual([1, 4]);
  });

  it('replays the dead letters of a lane so that none can run before an earlier one', async () => {
    const handled: string[] = [];
    let broken = true;
    await lanes.worker(
      async (turn) => {
        if (broken) throw new (turn.lane === 'c:7' ? TypeError : RangeError)('broken');
        handled.push(`${turn.lane} ${updateOf(turn)}`);
      },
      { maxAttempts: 1 },
    );
    for (const id of [9, 10, 11]) await lanes.push(7, id);
    for (const id of [20, 21]) await lanes.push(8, id);
    await until(async () => (await lanes.operator.deadLetters.count()) === 5);
    const { deadLetters } = lanes.operator;
    // A letter that was replayed and given up again is buried last, but its place is still the first.
    await deadLetters.replay('9');
    await until(async () => (await deadLetters.list(1))[0]?.id !== '9');
    await until(async () => (await deadLetters.count()) === 5);
    expect(await deadLetters.count({ lane: 'c:7' })).toBe(3);
    expect(await deadLetters.count({ error: 'RangeError' })).toBe(2);
    expect((await deadLetters.get('10'))?.lane).toBe('c:7');
    expect(await deadLetters.get('99')).toBeUndefined();

    broken = false;
    const replayedCounts: number[] = [];
    expect(
      await deadLetters.replayAll({ error: 'TypeError' }, async (replayed) => {
        replayedCounts.push(replayed);
      }),
    ).toBe(3);
    await until(() => handled.length === 3);
    expect(handled).toEqual(['c:7 9', 'c:7 10', 'c:7 11']);
    expect(replayedCounts).toEqual([3]);
    expect(await deadLetters.dropAll({ lane: 'c:8' })).toBe(2);
    expect(await deadLetters.count()).toBe(0);
  });

  it('replays dead letters behind a head that was begun', async () => {
    let broken = true;
    const ends: (() => void)[] = [];
    await lanes.worker(
      async () => {
        if (broken) throw new Error('broken');
        await new Promise<void>((resolve) => ends.push(resolve));
      },
      { maxAttempts: 1 },
    );
    for (const id of [1, 2]) await lanes.push(7, id);
    await until(async () => (await lanes.operator.deadLetters.count()) === 2);
    broken = false;
    await lanes.push(7, 3);
    await until(() => ends.length === 1);
    await lanes.push(7, 4);
    await lanes.operator.deadLetters.replayAll({});
    expect(await lanes.mailbox('c:7')).toEqual(['3', '1', '2', '4']);
    for (let turn = 0; turn < 4; turn += 1) {
      await until(() => ends.length > turn);
      ends[turn]!();
    }
    await until(() => lanes.isEmpty());
  });

  it('counts pushed and settled events', async () => {
    await lanes.worker(() => Promise.resolve());
    const before = await lanes.deployment.throughput();
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    await until(() => lanes.isEmpty());
    const after = await lanes.deployment.throughput();
    expect(after.pushed - before.pushed).toBe(3);
    expect(after.settled - before.settled).toBe(3);
    expect(after.at).toBeGreaterThan(before.at);
  });

  it('diagnoses no problem in normal operation', async () => {
    await lanes.worker(() => Promise.resolve());
    await lanes.push(7, 1);
    await until(() => lanes.isEmpty());
    await until(async () => (await lanes.operator.diagnose()).wakeUps.active === 0);
    const { workers, sweep, ...rest } = await lanes.operator.diagnose();
    expect(rest.overdue).toEqual([]);
    expect(rest.wakeUps).toMatchObject({ waiting: 0, failed: 0, stray: 0, isPaused: false });
    expect(rest.outbox).toEqual({ entries: 0, oldestMs: 0 });
    expect(workers).toHaveLength(1);
    expect(sweep?.everyMs).toBe(200);
  });

  it('diagnoses overdue lanes, stray wake-ups and missing workers', async () => {
    for (const chat of [1, 2, 3, 4]) await lanes.push(chat, chat);
    const { redis, prefix, keysOf } = lanes;
    const long = String(Date.now() - 60_000);
    for (const lane of ['c:1', 'c:2', 'c:3']) {
      await redis.zrem(keysOf(lane).waking, lane);
    }
    await redis.zadd(keysOf('c:1').held, long, 'c:1');
    await redis.zadd(keysOf('c:2').resting, long, 'c:2');
    await redis.zadd(keysOf('c:3').waking, long, 'c:3');
    await lanes.operator.drop('c:4');
    const wakeUps = await redis.lrange(`${prefix}:wake:wait`, 0, -1);
    for (const id of wakeUps) {
      const job = JSON.parse((await redis.hget(`${prefix}:wake:${id}`, 'data'))!) as object;
      const data = { ...job, at: Number(long) + 30_000 };
      await redis.hset(`${prefix}:wake:${id}`, 'data', JSON.stringify(data));
    }
    const entry = `1.1|note|${long}|c:1\n{}`;
    await redis.zadd(keysOf('c:1').outbox, long, entry, '5', entry.replace('1.1', '1.2'));
    const checked = await lanes.operator.diagnose();
    expect(checked.outbox.entries).toBe(2);
    expect(checked.outbox.oldestMs).toBeGreaterThanOrEqual(60_000);
    expect(checked.overdue.map(({ lane, state }) => `${lane} ${state}`).sort()).toEqual([
      'c:1 held',
      'c:2 resting',
      'c:3 waking',
    ]);
    expect(checked.overdue.every(({ overdueMs }) => overdueMs >= 60_000)).toBe(true);
    expect(checked.wakeUps).toMatchObject({ waiting: wakeUps.length, stray: 1 });
    expect(checked.wakeUps.oldestMs).toBeGreaterThan(20_000);
    expect(checked.sweep).toBeUndefined();
    expect(checked.workers).toEqual([]);
  });
});
