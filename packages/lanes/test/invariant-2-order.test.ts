import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '../src/index.js';
import { startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const idle = (): Promise<boolean> => lanes.isEmpty();
const open = (lane: string): Promise<unknown> => lanes.open(lane);

describe('a mailbox', () => {
  it('puts a late update before waiting updates with higher ids', async () => {
    for (const id of [10, 13, 11, 14, 12, 9]) await lanes.push(7, id);
    expect(await lanes.mailbox('c:7')).toEqual(['9', '10', '11', '12', '13', '14']);
  });

  it('never puts an update before one that is being handled', async () => {
    await lanes.push(7, 10);
    await open('c:7');
    for (const id of [12, 11, 5]) await lanes.push(7, id);
    expect(await lanes.mailbox('c:7')).toEqual(['10', '5', '11', '12']);
  });

  it('never puts an update before one that was begun and failed', async () => {
    const begun: string[] = [];
    await lanes.worker(
      async (turn) => {
        const id = updateOf(turn);
        begun.push(`${id}/${turn.attempt}`);
        if (id === 10 && turn.attempt === 1) throw new Error('first try');
      },
      { backOffMs: () => 300 },
    );
    await lanes.push(7, 10);
    await until(async () => (await lanes.states())['c:7'] === 'resting');
    await lanes.push(7, 9);
    await until(idle);
    expect(begun).toEqual(['10/1', '10/2', '9/1']);
  });

  it('puts an internal event at the tail, and lets a late update pass it', async () => {
    await lanes.push(7, 10);
    await lanes.push(7, 12);
    const event = { type: 'internal', id: 'a', kind: 'file_ready', payload: { x: 1 } } as const;
    expect(await lanes.intake.pushInternal(event, 'c:7', '7')).toBe('stored');
    expect(await lanes.intake.pushInternal(event, 'c:7', '7')).toBe('duplicate');
    await lanes.push(7, 13);
    expect(await lanes.mailbox('c:7')).toEqual(['10', '12', 'e-a', '13']);
    await lanes.push(7, 11);
    expect(await lanes.mailbox('c:7')).toEqual(['10', '11', '12', 'e-a', '13']);
  });

  it('never puts an update before those that arrived more than two days earlier', async () => {
    await lanes.push(7, 900_000);
    const old = await lanes.redis.lindexBuffer(lanes.keys.mail('c:7'), 0);
    const [seconds] = await lanes.redis.time();
    const arrived = (Number(seconds) - 49 * 3_600) * 1_000;
    const aged = old!.toString().replace(/^\d+/, String(arrived));
    await lanes.redis.lset(lanes.keys.mail('c:7'), 0, aged);
    await lanes.push(7, 2_001);
    expect(await lanes.mailbox('c:7')).toEqual(['900000', '2001']);
  });

  it('finds the place of a late update in a long mailbox, between internal events', async () => {
    const mail = lanes.keys.mail('c:7');
    const ids = Array.from({ length: 1_000 }, (_, index) =>
      index % 3 === 1 ? `e-${index}` : index,
    );
    const [seconds] = await lanes.redis.time();
    await lanes.redis.rpush(mail, ...ids.map((id) => `${seconds}000|${id}|message|-\n{}`));
    for (const late of [2, 5, 500, 995, 998]) {
      await lanes.redis.lrem(mail, 1, `${seconds}000|${late}|message|-\n{}`);
      await lanes.push(7, late);
      expect(await lanes.mailbox('c:7')).toEqual(ids.map(String));
    }
  });

  it('keeps the order across failures, yields, lost lanes and many workers', async () => {
    const committed: Record<string, number[]> = {};
    const tried = new Set<number>();
    const handle = async (turn: Turn): Promise<void> => {
      const id = updateOf(turn);
      const first = !tried.has(id);
      tried.add(id);
      await sleep(id % 3);
      if (first && id % 7 === 0) throw new Error('once');
      if (first && id % 31 === 0) await lanes.operator.release(turn.lane);
      else (committed[turn.lane] ??= []).push(id);
    };
    for (let count = 0; count < 3; count += 1) {
      await lanes.worker(handle, { yieldAfterEvents: 4, maxAttempts: 9 });
    }
    for (let id = 1; id <= 200; id += 1) await lanes.push(1 + (id % 4), id);
    await until(idle);
    expect(Object.values(committed).flat()).toHaveLength(200);
    for (const ids of Object.values(committed)) expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });
});
