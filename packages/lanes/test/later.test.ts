import type { WaitingEvent } from '@chatlane/contracts';
import type { SteadyWorker } from '@chatlane/redis';
import type { Intake, LaterQueue } from '../src/index.js';
import { recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
let later: LaterQueue;
const readers: SteadyWorker[] = [];
beforeEach(async () => {
  lanes = await startLanes();
  later = lanes.deployment.later();
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.stop()));
  await later.close();
  await lanes.stop();
});

const waiting = (id: string, delayMs: number, lane = 'c:7'): WaitingEvent => ({
  ...{ id, at: Date.now() + delayMs, lane, sessionUser: '7' },
  ...{ kind: 'event', payload: { name: id } },
});

async function read(
  intake: Pick<Intake, 'pushInternal' | 'pushEvent'> = lanes.intake,
): Promise<unknown[]> {
  const { observer, troubles } = recordingObserver();
  const reader = lanes.deployment.laterReader({ intake, observer });
  readers.push(reader);
  await reader.start();
  return troubles;
}

describe('the queue of waiting events', () => {
  it('pushes each event into its lane when it is due', async () => {
    await later.add(waiting('far', 60_000));
    await later.add(waiting('third', 600));
    await later.add(JSON.stringify(waiting('second', 300)));
    await later.add(waiting('first', -1_000));
    await read();
    await until(async () => (await lanes.mailbox('c:7')).length === 3);
    expect(await lanes.mailbox('c:7')).toEqual(['e-first', 'e-second', 'e-third']);
    expect(await later.count()).toBe(1);
  });

  it('delivers an event once, however often it is added', async () => {
    const event = waiting('a', 0);
    await Promise.all([later.add(event), later.add(event)]);
    expect(await later.count()).toBeLessThanOrEqual(1);
    await read();
    await until(async () => (await lanes.mailbox('c:7')).length === 1);
    await later.add(event);
    await later.add(waiting('b', 10));
    await until(async () => (await lanes.mailbox('c:7')).includes('e-b'));
    expect(await lanes.mailbox('c:7')).toEqual(['e-a', 'e-b']);
  });

  it('delivers an event late if it was due while no process ran', async () => {
    await later.add(waiting('a', 50));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await lanes.mailbox('c:7')).toEqual([]);
    await read();
    await until(async () => (await lanes.mailbox('c:7')).length === 1);
  });

  it('tries again when the lane cannot be reached', async () => {
    let attempts = 0;
    const troubles = await read({
      ...lanes.intake,
      pushInternal: (...event) => {
        attempts += 1;
        return attempts > 1
          ? lanes.intake.pushInternal(...event)
          : Promise.reject(new Error('unavailable'));
      },
    });
    await later.add(waiting('a', 0));
    await until(async () => (await lanes.mailbox('c:7')).length === 1);
    expect(troubles).toEqual([{ what: 'later', error: new Error('unavailable') }]);
  });

  it('delivers to the supergroup that the group has become meanwhile', async () => {
    await later.add(waiting('a', 200, 'c:-55'));
    await lanes.redis.hset(lanes.keysOf('c:-55').moved, 'c:-55', 'c:-1000000000055');
    await read();
    await until(async () => (await lanes.mailbox('c:-1000000000055')).length === 1);
    expect(await lanes.mailbox('c:-55')).toEqual([]);
  });

  it('lists events in the order in which they are due, and removes them by id', async () => {
    for (const [id, delayMs] of [
      ['b', 2_000],
      ['a', 1_000],
      ['c', 3_000],
    ] as const) {
      await later.add(waiting(id, 60_000 + delayMs));
    }
    for (const id of ['b', 'b', 'd']) await later.remove(id);
    const found: string[] = [];
    for await (const { id } of later.entries()) found.push(id);
    expect(found).toEqual(['a', 'c']);
  });

  it('refuses what is not a waiting event', async () => {
    await expect(later.add('{"id":"a","lane":"c:7"}')).rejects.toThrow(
      'A waiting event needs an id, a lane, a kind and a time.',
    );
  });
});
