import { readUpdate } from '@chatlane/contracts';
import {
  message,
  recordingObserver,
  startLanes,
  until,
  updateOf,
  type TestLanes,
} from './lanes.testkit.js';

let lanes: TestLanes;
afterEach(() => lanes.stop());

describe("a lane's ceiling", () => {
  beforeEach(async () => {
    lanes = await startLanes({ laneCeiling: 3 });
  });

  it('refuses further updates for that lane alone, and stores nothing of them', async () => {
    for (const id of [1, 2, 3]) expect(await lanes.push(7, id)).toBe('stored');
    const before = await lanes.redis.bitcount(lanes.keys.seen(0));
    expect(await lanes.push(7, 4)).toBe('lane-full');
    expect(await lanes.push(7, 4)).toBe('lane-full');
    expect(await lanes.push(8, 5)).toBe('stored');
    expect(await lanes.mailbox('c:7')).toEqual(['1', '2', '3']);
    expect(await lanes.redis.bitcount(lanes.keys.seen(0))).toBe(before + 1);
    expect(await lanes.redis.ttl(lanes.keys.seen(0))).toBeGreaterThan(0);
  });

  it('still recognises duplicates in a full lane', async () => {
    for (const id of [1, 2, 3, 4]) await lanes.push(7, id);
    expect(await lanes.push(7, 2)).toBe('duplicate');
  });

  it('accepts the refused update once the lane is below it, and all run in order', async () => {
    for (const id of [1, 2, 3, 4]) await lanes.push(7, id);
    const { observer, turns } = recordingObserver();
    await lanes.worker(() => Promise.resolve(), { observer });
    await until(async () => (await lanes.push(7, 4)) !== 'lane-full');
    await until(() => turns.length === 4);
    expect(turns).toEqual(['1 done', '2 done', '3 done', '4 done']);
  });

  it('does not apply to a /cancel, an internal event, or an update pushed with evenIfFull', async () => {
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    expect(await lanes.push(7, 4, '/cancel')).toBe('stored');
    const event = { type: 'internal', id: 'file', kind: 'file_ready', payload: 1 } as const;
    expect(await lanes.intake.pushInternal(event, 'c:7')).toBe('stored');
    const update = message(7, 5, 'held back long enough');
    const raw = Buffer.from(JSON.stringify(update));
    expect(await lanes.intake.push(readUpdate(update)!, raw, { evenIfFull: true })).toBe('stored');
    expect(await lanes.mailbox('c:7')).toEqual(['1', '2', '3', '4', 'e-file', '5']);
  });

  it('lets at most a hundred /cancel commands exceed it', async () => {
    for (let id = 1; id <= 103; id += 1) expect(await lanes.push(7, id, '/cancel')).toBe('stored');
    expect(await lanes.push(7, 104, '/cancel')).toBe('lane-full');
  });
});

describe('the memory budget', () => {
  const shares: number[] = [];
  beforeEach(async () => {
    lanes = await startLanes({ memoryBudget: 0.5, onMemory: (share) => shares.push(share) });
  });

  /** Sets maxmemory so that Redis uses this share of it. */
  async function use(share: number): Promise<void> {
    const used = Number(/used_memory:(\d+)/.exec(await lanes.redis.info('memory'))?.[1]);
    await lanes.redis.config('SET', 'maxmemory', Math.round(used / share));
    await until(() => Math.abs((shares.at(-1) ?? 0) - share) < 0.05);
  }
  const inlineQuery = (id: number): object => ({
    update_id: id,
    inline_query: { id: `${id}`, from: { id: 7 }, query: 'q', offset: '' },
  });

  it('refuses updates for all lanes while it is exceeded, with a reserve for urgent ones', async () => {
    await use(0.3);
    expect(await lanes.push(7, 1)).toBe('stored');
    await use(0.65);
    expect(await lanes.push(7, 2)).toBe('memory-full');
    expect(await lanes.push(8, 3)).toBe('memory-full');
    expect(await lanes.push(7, 1)).toBe('duplicate');
    expect(await lanes.push(7, 4, '/cancel')).toBe('stored');
    expect(await lanes.pushUpdate(inlineQuery(5))).toBe('stored');
    await use(0.85);
    expect(await lanes.push(7, 6, '/cancel')).toBe('memory-full');
    expect(await lanes.pushUpdate(inlineQuery(7))).toBe('memory-full');
    expect(await lanes.states()).toEqual({ 'c:7': 'waking', 'express:inline_query:7': 'waking' });
    await use(0.3);
    expect(await lanes.push(7, 2)).toBe('stored');
    expect(await lanes.mailbox('c:7')).toEqual(['1', '2', '4']);
  });

  it('has no effect without a maxmemory', async () => {
    await lanes.redis.config('SET', 'maxmemory', '0');
    const reads = shares.length;
    await until(() => shares.length > reads + 1);
    expect(shares.at(-1)).toBe(0);
    expect(await lanes.push(7, 1)).toBe('stored');
  });
});

describe('a Redis that is out of memory', () => {
  beforeEach(async () => {
    lanes = await startLanes();
  });

  it('rejects a push and stores nothing of it, while held lanes are renewed and drained', async () => {
    const { observer, turns } = recordingObserver();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    await lanes.worker(
      async (turn) => {
        turn.sessions.stage(turn.sessionKey!, String(updateOf(turn)));
        await held;
      },
      { observer, leaseMs: 1_500 },
    );
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    await until(async () => (await lanes.states())['c:7'] === 'held');
    await lanes.redis.config('SET', 'maxmemory', '1');
    await expect(lanes.push(7, 4)).rejects.toThrow(/OOM/);
    const leaseEnd = (): Promise<string | null> => lanes.redis.zscore(lanes.keys.held, 'c:7');
    const before = await leaseEnd();
    await until(async () => (await leaseEnd()) !== before);
    go();
    await until(() => turns.length >= 3);
    expect(turns).toEqual(['1 done', '2 done', '3 done']);
    expect(await lanes.isEmpty()).toBe(true);
    expect(await lanes.redis.get(lanes.keys.session('c:7:7'))).toBe('3');
    await lanes.redis.config('SET', 'maxmemory', '0');
    expect(await lanes.push(7, 4)).toBe('stored');
    await until(() => turns.length === 4);
  });
});
