import { openDeployment, type Turn } from '../src/index.js';
import { connectRedis } from '@chatlane/redis';
import { startRedisServer } from '@chatlane/testing';
import { message, recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const idle = (): Promise<boolean> => lanes.isEmpty();
const untilAborted = (turn: Turn): Promise<void> =>
  new Promise((resolve) => turn.signal.addEventListener('abort', () => resolve()));

const update = {
  updateId: 5,
  kind: 'message',
  lane: 'c:7',
  sessionUser: '7',
  interrupts: false,
};

describe('a deployment', () => {
  it('moves an update that always fails to the dead letters with its body, and goes on', async () => {
    const { observer, turns } = recordingObserver();
    await lanes.worker(
      async (turn) => {
        turn.sessions.stage(turn.sessionKey!, '"half"');
        if (turn.event.type === 'update' && turn.event.updateId === 1)
          throw new TypeError('broken');
      },
      { maxAttempts: 3, observer },
    );
    await lanes.push(7, 1, 'poison');
    await lanes.push(7, 2);
    await until(() => turns.length === 4);
    expect(turns).toEqual(['1 failed', '1 failed', '1 buried', '2 done']);
    const [letter, ...others] = await lanes.operator.deadLetters.list();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      id: '1',
      lane: 'c:7',
      kind: 'message',
      attempts: 3,
      error: { name: 'TypeError', message: 'broken' },
    });
    expect(letter!.error.stack).toContain('broken');
    expect(JSON.parse(letter!.raw.toString())).toEqual(message(7, 1, 'poison'));
    expect(letter!.buriedAt).toBeGreaterThanOrEqual(letter!.arrivedAt);
  });

  it('retries an update whose worker vanished, and buries it when that happens every time', async () => {
    const { observer, turns, swept } = recordingObserver();
    for (let death = 1; death <= 2; death += 1) {
      await lanes.redis.del(lanes.keys.held);
      const dead = await lanes.worker(untilAborted, { leaseMs: 100_000 });
      if (death === 1) await lanes.push(7, 1);
      await until(async () => (await lanes.states())['c:7'] === 'held');
      await dead.stop(AbortSignal.abort());
      await until(async () => (await lanes.states())['c:7'] === 'waking');
    }
    await lanes.redis.hset(lanes.keys.lane('c:7'), 'attempts', 3);
    await lanes.worker(() => Promise.resolve(), { maxAttempts: 3, observer });
    await until(() => turns.length === 1);
    expect(turns).toEqual(['1 buried']);
    expect(swept).toEqual([]);
    const [letter] = await lanes.operator.deadLetters.list();
    expect(letter).toMatchObject({ id: '1', attempts: 4, error: { name: 'WorkerLost' } });
  });

  it('wakes a lane whose lease ran out, and counts the lost attempt for its first event only', async () => {
    const attempts: string[] = [];
    const { observer, swept } = recordingObserver();
    await lanes.push(7, 1);
    await lanes.push(7, 2);
    // Held by a dead worker: the state that a SIGKILL leaves.
    await lanes.redis.zrem(lanes.keys.waking, 'c:7');
    await lanes.redis.zadd(lanes.keys.held, '1', 'c:7');
    await lanes.redis.hset(lanes.keys.lane('c:7'), { epoch: '77', attempts: '1' });
    await lanes.worker(
      async (turn) => {
        attempts.push(`${turn.event.type === 'update' ? turn.event.updateId : 0}/${turn.attempt}`);
      },
      { observer },
    );
    await until(idle);
    expect(attempts).toEqual(['1/2', '2/1']);
    expect(swept).toEqual(['lease-over 1']);
  });

  it('rejects a push that Redis does not confirm, and recognises its repetition', async () => {
    const frozen = await startRedisServer();
    const redis = connectRedis({
      url: frozen.url,
      name: 't',
      whenDown: 'fail-fast',
      commandTimeoutMs: 2_000,
    });
    const intake = openDeployment({ redis, name: 'test' }).intake();
    await until(() => redis.status === 'ready');
    await intake.push({ ...update, updateId: 4, lane: 'c:6' }, Buffer.from('{}'));
    frozen.process.kill('SIGSTOP');
    await expect(intake.push(update, Buffer.from('{}'))).rejects.toThrow();
    frozen.process.kill('SIGCONT');
    // The push that was sent before the freeze is executed after it, so its repetition is a duplicate that wakes the
    // lane.
    await until(async () => (await redis.exists(lanes.keys.mail('c:7')).catch(() => 0)) === 1);
    expect(await intake.push(update, Buffer.from('{}'))).toBe('duplicate');
    expect(await redis.llen('{test}:wake:wait')).toBe(2);
    await intake.close();
    redis.disconnect();
    await frozen.stop();
  });

  it('rejects an internal event that no worker could read', async () => {
    const event = { type: 'internal', id: 'f', kind: 'file_ready', payload: 1 } as const;
    for (const kind of ['', 'file ready', 'a|b', 'a\nb', 'é']) {
      await expect(lanes.intake.pushInternal({ ...event, kind }, 'c:7', '7')).rejects.toThrow(
        'kind',
      );
    }
    for (const user of ['-', '5:7', '7|8', '7\n', 'é']) {
      await expect(lanes.intake.pushInternal(event, 'c:7', user)).rejects.toThrow('sessionUser');
    }
    const payload = { files: [{ size: NaN }] };
    await expect(lanes.intake.pushInternal({ ...event, payload }, 'c:7', '7')).rejects.toThrow(
      'payload.files[0].size is NaN, which JSON cannot hold',
    );
    expect(await lanes.intake.pushInternal(event, 'c:7', '-1007')).toBe('stored');
  });

  it('does not confirm a push whose wake-up was not stored', async () => {
    await lanes.redis.acl('SETUSER', 'half', 'on', '>half', '+@all', '&*', '%RW~{test:*}:*');
    // A push declares two keys for its scope, which no command uses.
    for (const key of ['', ':', ':seen:*', ':partitions', ':bot', ':repartition']) {
      await lanes.redis.acl('SETUSER', 'half', `%RW~{test}${key}`);
    }
    const url = lanes.server.url.replace('://', '://half:half@');
    const redis = connectRedis({ url, name: 't', whenDown: 'fail-fast', commandTimeoutMs: 60_000 });
    const intake = openDeployment({ redis, name: 'test' }).intake();
    await until(() => redis.status === 'ready');
    await expect(intake.push(update, Buffer.from('{}'))).rejects.toThrow(/NOPERM|permission/);
    expect(await lanes.states()).toEqual({ 'c:7': 'waking' });
    await intake.close();
    redis.disconnect();
  });

  it('confirms a push without a version check, whose failure BullMQ would remember after an outage', async () => {
    const { redis } = lanes;
    await redis.acl('SETUSER', 'half', 'on', '>half', '+@all', '~*', '&*');
    const url = lanes.server.url.replace('://', '://half:half@');
    const fast = connectRedis({ url, name: 't', whenDown: 'fail-fast', commandTimeoutMs: 60_000 });
    await until(() => fast.status === 'ready');
    const intake = openDeployment({ redis: fast, name: 'test' }).intake();
    // BullMQ checks the version once per queue, and would reject every later add with the error of that check.
    await redis.acl('SETUSER', 'half', '-info');
    expect(await intake.push(update, Buffer.from('{}')).catch(String)).toBe('stored');
    await intake.close();
    fast.disconnect();
  });
});
