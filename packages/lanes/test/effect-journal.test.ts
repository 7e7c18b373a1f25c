import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis as SingleRedis } from 'ioredis';
import type { Turn } from '../src/index.js';
import { startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

/** Simulates a call to the outside world, which is skipped if the journal says that it has happened. */
async function act(turn: Turn, key: string, world: string[], outcome?: 'lost'): Promise<unknown> {
  const known = turn.journal.recall(key);
  if (known.state === 'done') return known.result;
  await turn.journal.begin(key, `act ${key}`);
  world.push(known.state === 'unknown' ? `${key} again` : key);
  if (outcome === 'lost') turn.journal.lost(key);
  else turn.journal.done(key, { is: key });
  return { is: key };
}

const journalOf = (lane: string): Promise<string | null> =>
  lanes.redis.get(lanes.keysOf(lane).effects(lane));

describe('the effect journal', () => {
  it('returns the results of a failed attempt, so that the next one only does the rest', async () => {
    const world: string[] = [];
    const results: unknown[] = [];
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      results.push(await act(turn, 'a', world));
      if (turn.attempt === 1) throw new Error('between a and b');
      results.push(await act(turn, 'b', world));
    });
    await until(() => lanes.isEmpty());
    expect(world).toEqual(['a', 'b']);
    expect(results).toEqual([{ is: 'a' }, { is: 'a' }, { is: 'b' }]);
  });

  it('distinguishes an effect with an unknown outcome from one that was never begun', async () => {
    const world: string[] = [];
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      await act(turn, 'a', world, turn.attempt < 3 ? 'lost' : undefined);
      if (turn.attempt < 3) throw new Error('no answer');
      await act(turn, 'b', world);
    });
    await until(() => lanes.isEmpty());
    expect(world).toEqual(['a', 'a again', 'a again', 'b']);
  });

  it('counts how often the outcome of an effect is unknown, and forgets undone effects', async () => {
    const seen: unknown[] = [];
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      seen.push(turn.journal.recall('a'), turn.journal.recall('b'));
      if (turn.attempt === 3) return;
      await turn.journal.begin('a', 'act a');
      if (turn.attempt === 1) turn.journal.lost('a');
      await turn.journal.begin('b', 'act b');
      turn.journal.undo('b');
      throw new Error('fails');
    });
    await until(() => lanes.isEmpty());
    expect(seen).toEqual([
      ...[{ state: 'new' }, { state: 'new' }],
      ...[{ state: 'unknown', times: 1, lost: 1 }, { state: 'new' }],
      ...[{ state: 'unknown', times: 2, lost: 1 }, { state: 'new' }],
    ]);
  });

  it('reports a retried turn that took a different path', async () => {
    const world: string[] = [];
    const diverged: [attempt: number, effects: number][] = [];
    for (const id of [1, 2]) await lanes.push(7, id);
    await lanes.worker(
      async (turn) => {
        const isOther = updateOf(turn) === 1 && turn.attempt === 2;
        await act(turn, isOther ? 'b' : 'a', world);
        if (turn.attempt === 1) throw new Error('again');
        await act(turn, 'c', world);
      },
      { observer: { diverged: ({ attempt }, effects) => diverged.push([attempt, effects]) } },
    );
    await until(() => lanes.isEmpty());
    expect(world).toEqual(['a', 'b', 'c', 'a', 'c']);
    expect(diverged).toEqual([[2, 1]]);
  });

  it('ignores the repetition of a line that was stored twice', async () => {
    const seen: unknown[] = [];
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      seen.push(turn.journal.recall('a'));
      if (turn.attempt > 1) return;
      await turn.journal.begin('a', 'act a');
      turn.journal.lost('a');
      const key = lanes.keys.effects('c:7');
      await until(async () => (await lanes.redis.get(key))!.includes('"l"'));
      await lanes.redis.append(key, (await lanes.redis.get(key))!);
      throw new Error('again');
    });
    await until(() => lanes.isEmpty());
    expect(seen).toEqual([{ state: 'new' }, { state: 'unknown', times: 1, lost: 1 }]);
  });

  it('sends lines again after Redis has refused them', async () => {
    const seen: unknown[] = [];
    const key = lanes.keys.effects('c:7');
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      seen.push(turn.journal.recall('a').state);
      if (turn.attempt > 1) return;
      await lanes.redis.lpush(key, 'not a string');
      await expect(turn.journal.begin('a', 'act a')).rejects.toThrow('WRONGTYPE');
      await lanes.redis.del(key);
      await turn.journal.begin('b', 'act b');
      throw new Error('again');
    });
    await until(() => lanes.isEmpty());
    expect(seen).toEqual(['new', 'unknown']);
  });

  it('accepts nothing from a worker that has lost the lane', async () => {
    const late: string[] = [];
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      if (turn.attempt > 1) return;
      await lanes.operator.release('c:7');
      await until(() => turn.signal.aborted);
      try {
        await turn.journal.begin('a', 'act a');
      } catch (error) {
        late.push((error as Error).message);
      }
    });
    await until(() => late.length > 0);
    await until(() => lanes.isEmpty());
    expect(late).toEqual(['The turn is over: it can no longer begin effects.']);
    expect(await journalOf('c:7')).toBeNull();
  });

  it('is deleted by the commit, and belongs to one event only', async () => {
    const world: string[] = [];
    for (const id of [1, 2]) await lanes.push(7, id);
    await lanes.worker(async (turn) => {
      await act(turn, 'a', world);
      expect(await journalOf('c:7')).not.toBeNull();
      await act(turn, `b${updateOf(turn)}`, world);
    });
    await until(() => lanes.isEmpty());
    expect(world).toEqual(['a', 'b1', 'a', 'b2']);
    expect(await journalOf('c:7')).toBeNull();
  });

  it('is deleted when the event is given up or the lane is dropped', async () => {
    for (const [chat, id] of [
      [7, 1],
      [8, 2],
    ])
      await lanes.push(chat!, id!);
    const worker = await lanes.worker(
      async (turn) => {
        await act(turn, 'a', []);
        throw new Error('always');
      },
      { maxAttempts: 2, backOffMs: () => 1 },
    );
    await until(() => lanes.isEmpty());
    expect(await journalOf('c:7')).toBeNull();
    await worker.stop(AbortSignal.timeout(5_000));
    await lanes.push(9, 3);
    const other = await lanes.worker(
      async (turn) => {
        await act(turn, 'a', []);
        throw new Error('once');
      },
      { backOffMs: () => 60_000 },
    );
    await until(async () => (await lanes.states())['c:9'] === 'resting');
    expect(await journalOf('c:9')).not.toBeNull();
    await other.stop(AbortSignal.timeout(5_000));
    await lanes.operator.drop('c:9');
    expect(await journalOf('c:9')).toBeNull();
  });

  it('is continued by the worker that takes over after a shutdown', async () => {
    const world: string[] = [];
    const handle = async (turn: Turn): Promise<void> => {
      await act(turn, 'a', world);
      if (world.length === 1)
        await new Promise((resolve) => turn.signal.addEventListener('abort', resolve));
      await act(turn, 'b', world);
    };
    await lanes.push(7, 1);
    const first = await lanes.worker(handle);
    await until(() => world.length === 1);
    await first.stop(AbortSignal.timeout(1));
    await lanes.worker(handle);
    await until(() => lanes.isEmpty());
    expect(world).toEqual(['a', 'b']);
  });

  it('waits for pending outcomes when the handler throws', async () => {
    const world: string[] = [];
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      if (turn.journal.recall('slow').state === 'done') return;
      await turn.journal.begin('slow', 'act slow');
      world.push('slow');
      void sleep(50).then(() => turn.journal.done('slow', true));
      throw new Error('did not wait for it');
    });
    await until(() => lanes.isEmpty());
    expect(world).toEqual(['slow']);
  });

  it('reports a line that Redis refuses, without failing the turn', async () => {
    const troubles: string[] = [];
    const acted: string[] = [];
    await lanes.push(7, 1);
    await lanes.worker(
      async (turn) => {
        // Redis refuses to append to a value that is not a string.
        await lanes.redis.hset(lanes.keys.effects('c:7'), 'not', 'a string');
        await turn.journal.begin('a', 'act a').catch(() => acted.push('refused'));
        turn.journal.done('a', true);
        await lanes.redis.del(lanes.keys.effects('c:7'));
      },
      { observer: { trouble: (what) => troubles.push(what) } },
    );
    await until(() => lanes.isEmpty());
    expect(acted).toEqual(['refused']);
    expect(troubles).toContain('journal');
  });

  it('sends refused lines together with the next ones', async () => {
    const recalled: string[] = [];
    await lanes.push(7, 1);
    await lanes.worker(async (turn) => {
      recalled.push(turn.journal.recall('a').state);
      if (turn.attempt > 1) return;
      const key = lanes.keys.effects('c:7');
      await lanes.redis.hset(key, 'not', 'a string');
      await turn.journal.begin('a', 'act a').catch(() => lanes.redis.del(key));
      await turn.journal.begin('b', 'act b');
      throw new Error('once');
    });
    await until(() => lanes.isEmpty());
    expect(recalled).toEqual(['new', 'unknown']);
  });

  it('sends nothing for a turn without effects, and one APPEND per effect otherwise', async () => {
    const commands: string[] = [];
    const monitor = await (lanes.redis as SingleRedis).monitor();
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source === 'lua' && args.some((each) => each.includes(':effects:')))
        commands.push(args[0]!);
      if (source !== 'lua' && args[0]!.toLowerCase() === 'append') commands.push('APPEND');
    });
    await lanes.push(7, 1);
    const worker = await lanes.worker(async (turn) => {
      if (updateOf(turn) === 1) return;
      for (const key of ['a', 'b', 'c']) {
        void turn.journal.begin(key, 'act');
        turn.journal.done(key, { message_id: 1 });
      }
      await Promise.resolve();
    });
    await until(() => lanes.isEmpty());
    expect(commands).toEqual([]);
    await lanes.push(7, 2);
    await until(() => lanes.isEmpty());
    await worker.stop(AbortSignal.timeout(5_000));
    monitor.disconnect();
    expect(commands).toEqual(['APPEND', 'APPEND', 'APPEND', 'DEL']);
  });
});
