import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@chatlane/testing';
import { createPacedUpdates, type PacedUpdatesOptions } from './paced-updates.js';

const errorWith = (nextAction: string, retryAfterMs?: number): Error =>
  Object.assign(new Error(nextAction), { nextAction, retryAfterMs });

/** Updates whose nth call fails with the nth of `errors`, and the times of the calls. */
function open(options: Partial<PacedUpdatesOptions> = {}, errors: (Error | undefined)[] = []) {
  const made: { at: number; isRepeat: boolean }[] = [];
  const over = new AbortController();
  const updates = createPacedUpdates({
    turn: over,
    everyMs: 40,
    send(_signal, isRepeat) {
      made.push({ at: performance.now(), isRepeat });
      const error = errors[made.length - 1];
      return error ? Promise.reject(error) : Promise.resolve(true);
    },
    ...options,
  });
  const calls = (count: number) => until(() => made.length === count);
  const gap = (nth: number) => made[nth]!.at - made[nth - 1]!.at;
  return { updates, made, over, calls, gap };
}

describe('createPacedUpdates', () => {
  it('makes one call for many changes, and keeps its interval', async () => {
    const { updates, made, calls, gap } = open();
    for (let nth = 0; nth < 100; nth += 1) updates.changed();
    await calls(1);
    for (let nth = 0; nth < 100; nth += 1) updates.changed();
    await calls(2);
    await pause(100);
    expect(made).toHaveLength(2);
    // Node's timers may fire a millisecond early.
    expect(gap(1)).toBeGreaterThan(38);
  });

  it('makes no calls during a penalty, and fewer afterwards', async () => {
    const { updates, made, calls, gap } = open({}, [errorWith('retry-after', 200)]);
    updates.changed();
    await calls(1);
    expect(updates.silentForMs()).toBeGreaterThan(0);
    for (let nth = 0; nth < 10; nth += 1) {
      updates.changed();
      await pause(5);
    }
    await calls(2);
    updates.changed();
    await calls(3);
    expect(gap(1)).toBeGreaterThan(198);
    expect(gap(2)).toBeGreaterThan(78);
    expect(updates.silentForMs()).toBe(0);
    expect(made.every(({ isRepeat }) => !isRepeat)).toBe(true);
  });

  it('resends a failed state, unless it was refused for good', async () => {
    const broken = open({ everyMs: 6_000 }, [errorWith('retry')]);
    broken.updates.changed();
    await broken.calls(2);
    const refused = open({}, [errorWith('never')]);
    refused.updates.changed();
    await refused.calls(1);
    refused.updates.changed();
    await pause(100);
    expect(refused.made).toHaveLength(1);
  });

  it('repeats a state that Telegram would otherwise stop showing', async () => {
    const { updates, made, calls } = open({ repeatAfterMs: 60 });
    updates.changed();
    await calls(3);
    await updates.close();
    expect(made.map(({ isRepeat }) => isRepeat)).toEqual([false, true, true]);
  });

  it('stops with the turn', async () => {
    const { updates, over, made } = open({ firstAfterMs: 20 });
    updates.changed();
    over.abort();
    updates.changed();
    await pause(60);
    expect(made).toEqual([]);
  });

  it('waits in `close` for the call under way, which could overtake the next one', async () => {
    let isDone = false;
    const { updates, calls, made } = open({
      async send() {
        made.push({ at: 0, isRepeat: false });
        await pause(50);
        return (isDone = true);
      },
    });
    updates.changed();
    await calls(1);
    await updates.close();
    expect(isDone).toBe(true);
  });
});
