import { Queue } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLeases } from '../src/worker/lease.js';
import type { Turn } from '../src/index.js';
import { recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const idle = (): Promise<boolean> => lanes.isEmpty();

describe('the lease of a lane', () => {
  it('lets one update run at a time, with several workers and duplicate wake-ups', async () => {
    let running = 0;
    let most = 0;
    let handled = 0;
    const handle = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await sleep(1);
      running -= 1;
      handled += 1;
    };
    for (let count = 0; count < 3; count += 1) await lanes.worker(handle, { yieldAfterEvents: 3 });
    const queue = new Queue('wake', { connection: lanes.redis, prefix: lanes.prefix });
    for (let id = 1; id <= 60; id += 1) {
      await lanes.push(7, id);
      await queue.add('wake', { lanes: ['c:7', 'c:7'], at: 0 });
    }
    await until(idle);
    expect({ most, handled }).toEqual({ most: 1, handled: 60 });
    await queue.close();
  });

  it('aborts the turn of a holder that lost its lane, and lets it commit nothing', async () => {
    const { observer, turns } = recordingObserver();
    const begun: Turn[] = [];
    let leave: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => (leave = resolve));
    await lanes.worker(
      async (turn) => {
        begun.push(turn);
        turn.sessions.stage(turn.sessionKey!, JSON.stringify(`by holder ${begun.length}`));
        if (begun.length === 1) await stuck;
      },
      { leaseMs: 2_000, graceMs: 60_000, observer },
    );
    await lanes.push(7, 1);
    await until(() => begun.length === 1);
    expect(await lanes.operator.release('c:7')).toBe(true);
    await until(() => turns.includes('1 done'));
    await until(() => begun[0]!.signal.aborted);
    expect(begun[0]!.isHeld()).toBe(false);
    leave();
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 done', '1 fenced']);
    expect(await lanes.redis.get(lanes.keys.session('c:7:7'))).toBe('"by holder 2"');
  });

  it('refuses the commit of a holder that has not noticed the loss of its lane', async () => {
    const { observer, turns } = recordingObserver();
    const begun: Turn[] = [];
    let leave: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (leave = resolve));
    const handle = async (turn: Turn): Promise<void> => {
      begun.push(turn);
      turn.sessions.stage(turn.sessionKey!, JSON.stringify(`by holder ${begun.length}`));
      if (begun.length === 1) await released;
    };
    // Leases are renewed only every ten seconds, and the first worker has no free turn to open the lane again.
    await lanes.worker(handle, { turns: 1, observer });
    await lanes.push(7, 1);
    await until(() => begun.length === 1);
    await lanes.worker(handle, { observer });
    await lanes.operator.release('c:7');
    await until(() => turns.includes('1 done'));
    leave();
    await until(() => turns.length === 2);
    expect(turns).toEqual(['1 done', '1 fenced']);
    expect(begun[0]!.signal.aborted).toBe(false);
    expect(await lanes.redis.get(lanes.keys.session('c:7:7'))).toBe('"by holder 2"');
  });

  it('aborts the turn at the next renewal when another worker has the lane', async () => {
    const begun: Turn[] = [];
    const stuck = (turn: Turn): Promise<void> => {
      begun.push(turn);
      return new Promise((resolve) => turn.signal.addEventListener('abort', () => resolve()));
    };
    await lanes.worker(stuck, { leaseMs: 2_000, turns: 1 });
    await lanes.push(7, 1);
    await until(() => begun.length === 1);
    await lanes.redis.hset(lanes.keys.lane('c:7'), 'epoch', 999);
    await until(() => begun[0]!.signal.aborted);
    expect(begun[0]!.signal.reason).toMatchObject({ name: 'TurnAborted', why: 'lease-lost' });
    expect(await lanes.mailbox('c:7')).toEqual(['1']);
  });

  it('gives every holder a new epoch, even after the lane was idle', async () => {
    const epochs: string[] = [];
    await lanes.worker(async () => {
      epochs.push((await lanes.redis.hget(lanes.keys.lane('c:7'), 'epoch'))!);
    });
    for (let id = 1; id <= 3; id += 1) {
      await lanes.push(7, id);
      await until(idle);
    }
    expect(new Set(epochs).size).toBe(3);
  });

  it('is over by the local clock before a frozen process can do anything else', () => {
    const leases = createLeases(lanes.redis, 1_000, () => undefined);
    const lease = leases.add('c:7', lanes.keys, 'epoch', performance.now());
    expect(lease.isHeld()).toBe(true);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100);
    expect(lease.isHeld()).toBe(false);
    leases.stop();
  });

  it('is over after the machine has slept, although the monotonic clock stood still', () => {
    const leases = createLeases(lanes.redis, 1_000, () => undefined);
    const lease = leases.add('c:7', lanes.keys, 'epoch', performance.now());
    const { now } = Date;
    Date.now = () => now() + 1_100;
    expect(lease.isHeld()).toBe(false);
    Date.now = now;
    expect(lease.isHeld()).toBe(true);
    leases.stop();
  });

  it('is renewed while its handler is slow', async () => {
    const { observer, turns, swept } = recordingObserver();
    await lanes.worker(() => sleep(5_000), { leaseMs: 2_000, observer });
    await lanes.push(7, 1);
    await until(() => turns.length === 1);
    expect(turns).toEqual(['1 done']);
    expect(swept).toEqual([]);
  });

  it('allows no turn to start once it is over', async () => {
    const begun = new Map<string, boolean>();
    for (let chat = 1; chat <= 20; chat += 1) await lanes.push(chat, chat);
    await lanes.worker(
      (turn) => {
        begun.set(turn.lane, turn.isHeld());
        // Simulates a frozen process that holds the other lanes of the same wake-up.
        const until = performance.now() + (begun.size === 1 ? 2_500 : 0);
        while (performance.now() < until);
        return Promise.resolve();
      },
      { leaseMs: 1_500, turns: 20 },
    );
    await until(idle);
    expect(begun.size).toBe(20);
    expect([...begun.values()]).not.toContain(false);
  });
});
