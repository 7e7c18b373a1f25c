import { buryScript, commitScript } from '../src/scripts.js';
import { recordingObserver, startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';
import { startKillableRedis, type KillableRedis } from './redis-killed.testkit.js';

/*
 * A Redis that is killed in the middle of a write loses it at first, but on the second restart executes the half of it
 * that reached the disk (packages/redis/src/append-only-file.ts).
 */
let redis: KillableRedis;
let lanes: TestLanes;
beforeEach(async () => {
  redis = await startKillableRedis();
  lanes = await startLanes({}, redis.first);
});
afterEach(async () => {
  await lanes.stop();
  await redis.stop();
});

describe('a Redis killed in the middle of a write', () => {
  it('loses no event when only half of a commit has reached the disk', async () => {
    const { observer, turns } = recordingObserver();
    const waiting: (() => void)[] = [];
    for (const id of [1, 2, 3]) await lanes.push(7, id);
    await lanes.worker(
      async (turn) => {
        const { sessions, sessionKey } = turn;
        if (updateOf(turn) === 2) await new Promise<void>((resolve) => waiting.push(resolve));
        sessions.stage(sessionKey!, `${(await sessions.get(sessionKey!)) ?? ''}${updateOf(turn)},`);
      },
      { observer, leaseMs: 1_500, turnTimeoutMs: 60_000 },
    );
    await until(() => waiting.length === 1);
    // Of the commit of 1, only the session and the pop have reached the disk.
    await redis.kill('\r\ndone\r\n');
    await redis.startAgain();
    waiting[0]!();
    await until(() => waiting.length === 2);
    await until(async () =>
      /in_progress:0[^]*aof_rewrites:[1-9]/.test(await lanes.redis.info('persistence')),
    );
    expect(turns).toEqual(['1 done', '2 fenced', '1 done']);

    await redis.kill();
    await redis.startAgain();
    waiting[1]!();
    await until(() => lanes.isEmpty());
    expect(await lanes.redis.get(lanes.keys.session('c:7:7'))).toBe('1,2,3,');
  });

  describe('while no worker is running to rewrite the file', () => {
    /** Pushes two events to `c:7` and opens it; returns the script arguments for the turn of the first. */
    async function takeFirst(): Promise<(string | number)[]> {
      for (const id of [1, 2]) await lanes.push(7, id);
      const { epoch, opened } = await lanes.open('c:7', { leaseMs: 1_000 });
      const { envelope, attempts } = opened[0]!;
      return [
        lanes.keys.prefix,
        'c:7',
        epoch,
        '1',
        '',
        'continue',
        '7',
        attempts,
        envelope.arrivedAt,
      ];
    }

    /** Restarts twice, with a transaction in between that makes Redis execute the half before it. */
    async function restartTwice(): Promise<void> {
      await redis.startAgain();
      await lanes.redis.multi().set('one', 1).set('other', 2).exec();
      await redis.kill();
      await redis.startAgain();
    }

    it('keeps an event whose session was half written', async () => {
      const turn = await takeFirst();
      const json = JSON.stringify('x'.repeat(5_000));
      await commitScript.run(lanes.redis, lanes.keys.scope, [...turn, 1, '7', json, 0]);
      await redis.kill(json);
      await restartTwice();
      expect(await lanes.mailbox('c:7')).toEqual(['1', '2']);
      expect(await lanes.redis.exists(lanes.keys.session('c:7:7'))).toBe(0);
    });

    it('keeps an event whose dead letter was half written', async () => {
      const turn = await takeFirst();
      const error = JSON.stringify({ name: 'Error', message: 'broken' });
      await buryScript.run(lanes.redis, lanes.keys.scope, [...turn, error, '1', 100, 100]);
      await redis.kill(error);
      await restartTwice();
      expect(await lanes.mailbox('c:7')).toEqual(['1', '2']);
      expect(await lanes.operator.deadLetters.count()).toBe(0);
    });
  });
});
