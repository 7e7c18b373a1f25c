import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { ScheduleDeclaration, Turn } from '../src/index.js';
import { LATER_QUEUE } from '../src/keys.js';
import { recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';

const EVERY_MS = 50;
const EVERY_SECOND = '* * * * * *';
const DAILY = '0 9 * * *';

let lanes: TestLanes;
let queue: Queue;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  lanes = await startLanes();
  queue = new Queue(LATER_QUEUE, { connection: lanes.redis, prefix: lanes.prefix });
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await queue.close();
  await lanes.stop();
});

const named = (name: string, cron = DAILY, timeZone = 'UTC'): ScheduleDeclaration => ({
  ...{ name, cron, timeZone },
});

/** A worker whose code declares these schedules. The returned function ends it. */
async function declare(...declared: ScheduleDeclaration[]): Promise<() => Promise<void>> {
  const { observer, troubles } = recordingObserver();
  const schedules = lanes.deployment.schedules({ declared, observer, everyMs: EVERY_MS });
  const reader = lanes.deployment.laterReader({ intake: lanes.intake, observer });
  await Promise.all([schedules.start(), reader.start()]);
  const stop = async (): Promise<void> => {
    await Promise.all([schedules.stop(), reader.stop()]);
    expect(troubles).toEqual([]);
  };
  stops.push(stop);
  return async () => {
    stops.splice(stops.indexOf(stop), 1);
    await stop();
  };
}

/** Schedules in force: `<name> <cron> <time zone>`. */
async function inForce(): Promise<string[]> {
  const found = await queue.getJobSchedulers();
  return found.map(({ key, pattern, tz }) => `${key} ${pattern} ${tz}`).sort();
}

const atOf = ({ event }: Turn): number => (event as { payload: { at: number } }).payload.at;

describe('a schedule', () => {
  it('runs once at each time in a lane of its own, however many workers declare it', async () => {
    const runs: [lane: string, at: number][] = [];
    await lanes.worker((turn) => Promise.resolve(void runs.push([turn.lane, atOf(turn)])));
    for (let worker = 0; worker < 3; worker += 1) await declare(named('tick', EVERY_SECOND));
    await until(() => runs.length >= 3);
    const [first] = runs.map(([, at]) => at);
    expect(runs.slice(0, 3)).toEqual([0, 1_000, 2_000].map((later) => ['s:tick', first! + later]));
    expect(first! % 1_000).toBe(0);
  });

  it('never runs twice at the same time, and skips a run while an earlier one waits', async () => {
    const { observer, troubles } = recordingObserver();
    const schedules = lanes.deployment.schedules({ declared: [named('slow', EVERY_SECOND)] });
    const reader = lanes.deployment.laterReader({ intake: lanes.intake, observer });
    const started: number[] = [];
    let running = 0;
    await lanes.worker(async (turn) => {
      running += 1;
      expect(running).toBe(1);
      started.push(atOf(turn));
      await sleep(3_500);
      running -= 1;
    });
    await Promise.all([schedules.start(), reader.start()]);
    await until(() => started.length === 2 && troubles.length > 0);
    await Promise.all([schedules.stop(), reader.stop()]);
    expect(started[1]).toBe(started[0]! + 1_000);
    expect(troubles[0]).toMatchObject({
      what: 'schedules',
      error: {
        message: 'A run of slow is skipped: one run is not done yet, and another one waits.',
      },
    });
  });

  it('runs at the times of its own time zone', async () => {
    await declare(named('a', DAILY, 'Asia/Tokyo'), named('b', DAILY, 'UTC'));
    const [a, b] = await Promise.all(['a', 'b'].map((name) => queue.getJobScheduler(name)));
    expect([a, b].map((each) => new Date(each!.next!).getUTCHours())).toEqual([0, 9]);
  });

  it('runs late, and only once, when no worker was running at its time', async () => {
    const stop = await declare(named('tick', EVERY_SECOND));
    await stop();
    await sleep(2_500);
    const runs: number[] = [];
    await lanes.worker((turn) => Promise.resolve(void runs.push(atOf(turn))));
    const restartedAt = Date.now();
    await declare(named('tick', EVERY_SECOND));
    await until(() => runs.length >= 2);
    expect(runs[0]).toBeLessThan(restartedAt - 1_000);
    expect(runs[1]).toBeGreaterThan(restartedAt);
  });
});

describe('the schedules of a deployment', () => {
  it('end when the bot no longer declares them, and change when it declares them differently', async () => {
    const stop = await declare(named('a'), named('b'));
    expect(await inForce()).toEqual(['a 0 9 * * * UTC', 'b 0 9 * * * UTC']);
    await stop();
    await declare(named('b', '0 10 * * *'));
    expect(await inForce()).toEqual(['b 0 10 * * * UTC']);
    await declare();
    expect(await inForce()).toEqual([]);
  });

  it('are those of the newer code while both versions run, and those of the older after a rollback', async () => {
    const stopOld = await declare(named('old'), named('both'));
    const stopNew = await declare(named('new'), named('both', '0 10 * * *'));
    const ofNew = ['both 0 10 * * * UTC', 'new 0 9 * * * UTC'];
    for (let look = 0; look < 10; look += 1) {
      expect(await inForce()).toEqual(ofNew);
      await sleep(EVERY_MS / 2);
    }
    // A worker of the old code that is restarted meanwhile changes nothing.
    await declare(named('old'), named('both'));
    await stopOld();
    await sleep(3 * EVERY_MS);
    expect(await inForce()).toEqual(ofNew);
    await stopNew();
    await until(async () => (await inForce()).includes('old 0 9 * * * UTC'));
    expect(await inForce()).toEqual(['both 0 9 * * * UTC', 'old 0 9 * * * UTC']);
  });

  it('count as declared while a worker that declares them runs', async () => {
    const stop = await declare(named('a'));
    const schedules = lanes.deployment.schedules({ declared: [], everyMs: EVERY_MS });
    await schedules.start();
    expect(await schedules.isDeclared('a')).toBe(true);
    expect(await schedules.isDeclared('b')).toBe(false);
    await stop();
    await until(async () => !(await schedules.isDeclared('a')));
    await schedules.stop();
  });

  it('leave the next run as it is when a worker starts again', async () => {
    const stop = await declare(named('a'));
    const { timestamp } = (await queue.getDelayed())[0]!;
    await stop();
    await sleep(5);
    await declare(named('a'));
    expect((await queue.getDelayed()).map((job) => job.timestamp)).toEqual([timestamp]);
  });

  it('are repaired when the job of the next run is lost', async () => {
    await declare(named('a'));
    const [job] = await queue.getDelayed();
    const keys = await lanes.redis.keys(`${lanes.prefix}:later:repeat:a:*`);
    await lanes.redis.multi().del(keys).zrem(`${lanes.prefix}:later:delayed`, job!.id!).exec();
    await lanes.redis.zadd(`${lanes.prefix}:later:repeat`, Date.now() - 61_000, 'a');
    await until(async () => (await queue.getDelayed()).some(Boolean));
    expect((await queue.getJobScheduler('a'))!.next).toBeGreaterThan(Date.now());
  });

  it.each([
    [[named('a', '0 9 * *')], "The schedule a never runs: '0 9 * *' must be five cron fields"],
    [[named('a', '0 25 * * *')], "The schedule a never runs: '0 25 * * *'"],
    [[named('a', DAILY, 'Mars/Base')], "such as 'Europe/Berlin', not 'Mars/Base'."],
    [[named('a b')], 'The name of a schedule must be 1 to 64 letters'],
    [[named('a'), named('a')], 'Two schedules have the name a.'],
  ])('are refused when one is not valid: %j', (declared, message) => {
    expect(() => lanes.deployment.schedules({ declared })).toThrow(message);
  });
});
