import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboxEntry, Turn } from '../src/index.js';
import { recordingObserver, startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const outbox = (): Promise<string[]> => lanes.redis.zrange(lanes.keys.outbox, '0', '-1');

/** Makes all entries due, so that the next sweep claims them. */
async function makeDue(): Promise<void> {
  for (const entry of await outbox()) await lanes.redis.zadd(lanes.keys.outbox, 'XX', '1', entry);
}

const stage = (turn: Turn, text = 'text'): string =>
  turn.outbox.stage('download', (id) => JSON.stringify({ id, text }));

describe('the outbox', () => {
  it('delivers entries unchanged, and then removes them', async () => {
    const delivered: OutboxEntry[] = [];
    const ids: string[] = [];
    const text = 'Grüße|\n 🎁\u2028 "x"';
    await lanes.worker(
      (turn) =>
        Promise.resolve(void ids.push(stage(turn, text), turn.outbox.stage('forget', '{}'))),
      { deliver: (entry) => Promise.resolve(void delivered.push(entry)) },
    );
    await lanes.push(7, 1);
    await until(async () => delivered.length === 2 && (await outbox()).length === 0);
    expect(ids).toEqual(['1.1', '1.2']);
    expect(delivered).toEqual([
      { id: '1.1', kind: 'download', lane: 'c:7', json: JSON.stringify({ id: '1.1', text }) },
      { id: '1.2', kind: 'forget', lane: 'c:7', json: '{}' },
    ]);
  });

  it('gives entries of internal events unique ids of plain characters', async () => {
    const ids: string[] = [];
    const deliver = () => Promise.resolve();
    await lanes.worker((turn) => Promise.resolve(void ids.push(stage(turn))), { deliver });
    const events = ['a:1', 'a_3a1', 'é%', 'a.1', 'x'.repeat(101), `${'x'.repeat(101)}y`];
    for (const id of events) {
      await lanes.intake.pushInternal({ type: 'internal', id, kind: 'said', payload: 1 }, 'c:7');
    }
    await until(() => ids.length === events.length);
    expect(new Set(ids).size).toBe(events.length);
    for (const id of ids) expect(id).toMatch(/^[\w.-]{1,118}\.1$/);
  });

  it('does not block the lane during a delivery, and waits for the delivery when the worker stops', async () => {
    const { observer, turns } = recordingObserver();
    let stopped = false;
    let arrived = false;
    const worker = await lanes.worker(
      (turn) => Promise.resolve(updateOf(turn) === 1 ? void stage(turn) : undefined),
      {
        observer,
        async deliver() {
          await until(() => stopped);
          // Longer than everything else that a stopping worker waits for.
          await sleep(1_000);
          arrived = true;
        },
      },
    );
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    await until(() => turns.length === 2);
    expect(await outbox()).toEqual([expect.stringContaining('1.1|download|')]);
    stopped = true;
    await worker.stop(AbortSignal.timeout(60_000));
    expect([arrived, await outbox()]).toEqual([true, []]);
  });

  it('leaves an entry to the next worker if its delivery does not end before the deadline', async () => {
    let end: (() => void) | undefined;
    const hung = await lanes.worker((turn) => Promise.resolve(void stage(turn)), {
      deliver: () => new Promise((resolve) => (end = resolve)),
    });
    await lanes.push(7, 1);
    await until(async () => (await outbox()).length === 1);
    await hung.stop(AbortSignal.timeout(50));
    await makeDue();
    const delivered: string[] = [];
    await lanes.worker(() => Promise.resolve(), {
      deliver: ({ id }) => Promise.resolve(void delivered.push(id)),
    });
    await until(async () => (await outbox()).length === 0);
    expect(delivered).toEqual(['1.1']);
    end!();
  });

  it('retries a failed delivery less and less often', async () => {
    const { observer, troubles } = recordingObserver();
    const tries: string[] = [];
    let refuse = true;
    await lanes.worker((turn) => Promise.resolve(void stage(turn)), {
      observer,
      deliver: ({ id }) => {
        tries.push(id);
        return refuse ? Promise.reject(new Error('not now')) : Promise.resolve();
      },
    });
    await lanes.push(7, 1);
    await until(() => troubles.length === 1);
    await makeDue();
    await until(() => troubles.length >= 2);
    const first = await waiting();
    expect(first.due - Number(first.entry.split('|')[2])).toBeGreaterThan(4_500);
    // Each wait is as long as the entry's age, but at most a minute.
    await lanes.redis.zrem(lanes.keys.outbox, first.entry);
    await lanes.redis.zadd(lanes.keys.outbox, '1', first.entry.replace(/\|\d+\|/, '|1|'));
    const soFar = troubles.length;
    await until(() => troubles.length > soFar);
    expect((await waiting()).due - first.due).toBeGreaterThan(50_000);
    refuse = false;
    await makeDue();
    await until(async () => (await outbox()).length === 0);
    expect(new Set(tries)).toEqual(new Set(['1.1']));
    expect(troubles[0]).toMatchObject({ what: 'outbox', error: new Error('not now') });
  });

  async function waiting(): Promise<{ entry: string; due: number }> {
    const [entry, due] = await lanes.redis.zrange(lanes.keys.outbox, '0', '0', 'WITHSCORES');
    return { entry: entry!, due: Number(due) };
  }

  it('reports and skips invalid entries', async () => {
    const { observer, troubles } = recordingObserver();
    const delivered: string[] = [];
    const { redis, keys } = lanes;
    await redis.zadd(
      keys.outbox,
      '1',
      'what is this',
      '2',
      '1.1|note|5|c:7\n{}',
      '3',
      'a|b|c|d\n{}',
    );
    await lanes.worker(() => Promise.resolve(), {
      observer,
      deliver: ({ id }) => Promise.resolve(void delivered.push(id)),
    });
    await until(async () => troubles.length === 2 && (await outbox()).length === 2);
    expect(delivered).toEqual(['1.1']);
    expect((await lanes.operator.diagnose()).outbox).toEqual({ entries: 2, oldestMs: 0 });
  });

  it('drops entries of turns that failed, were cancelled or given up, and delivers those of a retry once', async () => {
    const { observer, turns } = recordingObserver();
    const delivered: string[] = [];
    await lanes.worker(
      async (turn) => {
        stage(turn);
        if (updateOf(turn) === 1 && turn.attempt === 1) throw new Error('once');
        if (updateOf(turn) === 2) throw new Error('always');
        if (updateOf(turn) === 3) await aborted(turn);
      },
      { observer, deliver: ({ id }) => Promise.resolve(void delivered.push(id)) },
    );
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    await until(() => turns.includes('2 buried'));
    await lanes.push(7, 3);
    await until(async () => (await lanes.states())['c:7'] === 'held');
    await lanes.push(7, 4, '/cancel');
    await until(() => turns.includes('4 done') && delivered.length === 2);
    expect(turns.filter((turn) => /^[13]/.test(turn))).toEqual([
      '1 failed',
      '1 done',
      '3 cancelled',
    ]);
    expect(delivered).toEqual(['1.1', '4.1']);
    expect(await outbox()).toEqual([]);
  });

  it('delivers nothing of a turn whose lane another worker has taken', async () => {
    const { observer, turns } = recordingObserver();
    const delivered: string[] = [];
    let begun = 0;
    let late: (() => void) | undefined;
    await lanes.worker(
      async (turn) => {
        const run = (begun += 1);
        stage(turn, `run ${run}`);
        if (run === 1) await new Promise<void>((resolve) => (late = resolve));
      },
      { observer, deliver: ({ json }) => Promise.resolve(void delivered.push(json)) },
    );
    await lanes.push(7, 1);
    await until(() => late !== undefined);
    await lanes.redis.zadd(lanes.keys.held, 'XX', '1', 'c:7');
    await until(() => begun === 2 && delivered.length === 1);
    late!();
    await until(() => turns.length === 2);
    expect(turns).toContain('1 fenced');
    expect(delivered).toEqual(['{"id":"1.1","text":"run 2"}']);
    expect(await outbox()).toEqual([]);
  });

  it('rejects entries after the turn, of an invalid kind, and without a deliver callback', async () => {
    let turn: Turn | undefined;
    const errors: unknown[] = [];
    const attempt = (kind: string): void => {
      try {
        turn!.outbox.stage(kind, '{}');
      } catch (error) {
        errors.push(error);
      }
    };
    const kinds = ['a|b', 'a\n', '', 'x'.repeat(65)];
    const worker = await lanes.worker(
      (now) => {
        turn = now;
        kinds.forEach(attempt);
        return Promise.resolve();
      },
      { deliver: () => Promise.resolve() },
    );
    await lanes.push(7, 1);
    await until(() => lanes.isEmpty());
    attempt('download');
    await worker.stop(AbortSignal.timeout(1_000));
    expect(errors.slice(0, 4).every((error) => error instanceof RangeError)).toBe(true);
    expect(String(errors[4])).toContain('The turn has ended');
    await lanes.worker((now) => {
      turn = now;
      attempt('download');
      return Promise.resolve();
    });
    await lanes.push(7, 2);
    await until(() => errors.length === 6);
    expect(String(errors[5])).toContain('no `deliver`');
  });
});

function aborted(turn: Turn): Promise<void> {
  return new Promise((_resolve, reject) =>
    turn.signal.addEventListener('abort', () => reject(turn.signal.reason as Error)),
  );
}
