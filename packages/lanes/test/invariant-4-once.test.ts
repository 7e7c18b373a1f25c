import { Queue } from 'bullmq';
import { commitScript } from '../src/scripts.js';
import { startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const idle = (): Promise<boolean> => lanes.isEmpty();

describe('a lane', () => {
  it('stores an update once, however often and in whatever order it is pushed', async () => {
    const answers: string[] = [];
    for (const id of [3, 1, 3, 2, 1, 70_000, 70_000]) answers.push(await lanes.push(7, id));
    expect(answers).toEqual([
      'stored',
      'stored',
      'duplicate',
      'stored',
      'duplicate',
      'stored',
      'duplicate',
    ]);
    const handled: number[] = [];
    await lanes.worker((turn) => Promise.resolve(void handled.push(updateOf(turn))));
    await until(idle);
    expect(await lanes.push(7, 2)).toBe('duplicate');
    expect(handled).toEqual([1, 2, 3, 70_000]);
  });

  it('remembers update_ids for two days', async () => {
    await lanes.push(7, 65_536 * 3 + 5);
    const ttl = await lanes.redis.ttl(lanes.keys.seen(65_536 * 3));
    expect(ttl).toBeGreaterThan(47 * 3_600);
    expect(ttl).toBeLessThanOrEqual(48 * 3_600);
  });

  it('is woken again by a duplicate whose first push lost its wake-up', async () => {
    const queue = new Queue('wake', { connection: lanes.redis, prefix: lanes.prefix });
    await lanes.push(7, 1);
    await queue.drain();
    expect(await lanes.push(7, 1)).toBe('duplicate');
    expect(await queue.getWaitingCount()).toBe(1);
    await queue.close();
  });

  it('pops one event when a commit is sent twice because its reply was lost', async () => {
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    const { keys, redis } = lanes;
    const { epoch } = await lanes.open('c:7');
    const commit = (value: string): Promise<unknown> =>
      commitScript.run(redis, keys.scope, [
        ...[keys.prefix, 'c:7', epoch, '1', '', 'continue', '7', 1, 0],
        ...[2, '7', value, 0, '', `1.1|note|5|c:7\n${value}`, '>'],
      ]);
    const first = await commit('"first"');
    expect(await redis.zrange(keys.outbox, '0', '-1')).toEqual(['1.1|note|5|c:7\n"first"']);
    // Simulates that the entry was delivered.
    await redis.del(keys.outbox);
    const second = await commit('"second"');
    expect(first).toMatchObject({ state: 'next-same-session', envelope: { id: '2' } });
    expect(second).toMatchObject({ state: 'next', envelope: { id: '2' }, session: '"first"' });
    expect(await lanes.mailbox('c:7')).toEqual(['2', '3']);
    expect(await redis.get(keys.session('c:7:7'))).toBe('"first"');
    expect(await redis.exists(keys.outbox)).toBe(0);
  });

  it('returns a session that was changed meanwhile to both copies of a resent commit', async () => {
    for (const id of [1, 2]) await lanes.push(7, id);
    const { keys, redis } = lanes;
    const { epoch } = await lanes.open('c:7');
    const changed = { key: 'c:7:7', json: '"by hand"', lifeMs: undefined };
    await lanes.operator.sessions.put(changed, 'replace');
    const turn = [keys.prefix, 'c:7', epoch, '1', '', 'continue', '7', 1, 0, 0];
    const first = await commitScript.run(redis, keys.scope, turn);
    expect(first).toMatchObject({ state: 'next', session: '"by hand"' });
    expect(await commitScript.run(redis, keys.scope, turn)).toEqual(first);
  });

  it('refuses a commit that follows one which Redis has lost', async () => {
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    const { keys, redis } = lanes;
    const { epoch } = await lanes.open('c:7');
    const commit = (id: string, last: string): Promise<{ state: string }> =>
      commitScript.run(redis, keys.scope, [
        keys.prefix,
        'c:7',
        epoch,
        id,
        last,
        'continue',
        '7',
        1,
        0,
        0,
      ]);
    const whole = ['mail:c:7', 'lane:c:7', 'held'].map((key) => `${keys.prefix}:${key}`);
    const before = await Promise.all(whole.map((key) => redis.dumpBuffer(key)));
    expect(await commit('1', '')).toMatchObject({ state: 'next-same-session' });
    // Simulates a failover to a replica that lags, or a crash between two writes to disk.
    await Promise.all(whole.map((key, index) => redis.restore(key, 0, before[index]!, 'REPLACE')));
    expect(await commit('2', '1')).toEqual({ state: 'fenced' });
    expect(await lanes.mailbox('c:7')).toEqual(['1', '2', '3']);
  });

  it('handles each update once when several ingresses push it at the same time', async () => {
    const handled: number[] = [];
    await lanes.worker((turn) => Promise.resolve(void handled.push(updateOf(turn))));
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    await Promise.all([...ids, ...ids, ...ids].map((id) => lanes.push(1 + (id % 5), id)));
    await until(idle);
    expect(handled.sort((a, b) => a - b)).toEqual(ids);
  });
});
