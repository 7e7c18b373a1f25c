import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '../src/index.js';
import { recordingObserver, startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

/** Waits for permission like a call to Telegram, with the clock paused, at most until the turn is aborted. */
async function waitFor(turn: Turn, ms: number): Promise<void> {
  const resume = turn.pauseClock();
  try {
    await sleep(ms, undefined, { signal: turn.signal });
  } finally {
    resume();
  }
}

describe('a turn that waits for permission', () => {
  it('does not use up its time limit, even if its waits overlap', async () => {
    const { observer, turns } = recordingObserver();
    await lanes.worker(
      async (turn) => {
        await Promise.all([waitFor(turn, 300), waitFor(turn, 900)]);
        await waitFor(turn, 300);
      },
      { turnTimeoutMs: 400, observer },
    );
    await lanes.push(7, 1);
    await until(() => turns.length > 0);
    expect(turns).toEqual(['1 done']);
  });

  it('has only the rest of its time afterwards', async () => {
    const { observer, turns } = recordingObserver();
    const lastedMs: number[] = [];
    await lanes.worker(
      async (turn) => {
        const startedAt = performance.now();
        await sleep(250);
        await waitFor(turn, 100);
        await new Promise((resolve) => turn.signal.addEventListener('abort', resolve));
        lastedMs.push(performance.now() - startedAt);
      },
      { turnTimeoutMs: 500, maxAttempts: 1, observer },
    );
    await lanes.push(7, 1);
    await until(() => turns.length > 0);
    expect(turns).toEqual(['1 buried']);
    expect(lastedMs[0]).toBeGreaterThan(550);
  });

  it('is handed back at once when its worker stops, even if it begins to wait afterwards', async () => {
    const { observer, turns } = recordingObserver();
    const begun: number[] = [];
    let goOn: (() => void) | undefined;
    const working = new Promise<void>((resolve) => (goOn = resolve));
    const worker = await lanes.worker(
      async (turn) => {
        begun.push(updateOf(turn));
        if (updateOf(turn) === 2) await working;
        await waitFor(turn, 3_600_000);
      },
      { turnTimeoutMs: 3_600_000, observer },
    );
    await lanes.push(7, 1);
    await lanes.push(8, 2);
    await until(() => begun.length === 2);
    const stopped = worker.stop(AbortSignal.timeout(3_600_000));
    await until(() => turns.length === 1);
    expect(turns).toEqual(['1 handed-back']);
    goOn?.();
    await stopped;
    expect(turns).toEqual(['1 handed-back', '2 handed-back']);
    expect(await lanes.mailbox('c:7')).toEqual(['1']);
  });

  it('can be cancelled by its user', async () => {
    const { observer, turns } = recordingObserver();
    const begun: Turn[] = [];
    await lanes.worker(
      async (turn) => {
        begun.push(turn);
        if (updateOf(turn) === 1) await waitFor(turn, 3_600_000);
      },
      { observer },
    );
    await lanes.push(7, 1);
    await until(() => begun.length === 1);
    await lanes.push(7, 2, '/cancel');
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 cancelled', '2 done']);
  });

  it('counts as stuck when its handler keeps waiting after it was aborted', async () => {
    const stuck: Turn[] = [];
    const begun: Turn[] = [];
    let end: (() => void) | undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    await lanes.worker(
      async (turn) => {
        begun.push(turn);
        if (updateOf(turn) !== 1) return;
        turn.pauseClock();
        await ended;
      },
      { turnTimeoutMs: 200, graceMs: 200, onStuck: (turn) => void stuck.push(turn) },
    );
    await lanes.push(7, 1);
    await until(() => begun.length === 1);
    await lanes.push(7, 2, '/cancel');
    await until(() => stuck.length === 1);
    end?.();
    await until(() => lanes.isEmpty());
  });
});
