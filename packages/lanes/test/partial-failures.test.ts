import { readFileSync } from 'node:fs';
import { connectRedis, type Redis } from '@chatlane/redis';
import { openDeployment } from '../src/index.js';
import { laneSettings } from '@chatlane/testing';
import { startLanes, until, updateOf, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
let limited: Redis | undefined;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(async () => {
  limited?.disconnect();
  limited = undefined;
  await lanes.stop();
});

/** The names, as in ACL rules, of the commands that scripts call. */
function commandsOf(...files: string[]): string[] {
  const found = files.flatMap((file) => {
    const source = readFileSync(new URL(`../lua/${file}.lua`, import.meta.url), 'utf8');
    return [...source.matchAll(/redis\.p?call\(\s*'([A-Z]+)'/g)].map(([, name]) => name!);
  });
  return [...new Set(found)].map((name) => name.toLowerCase());
}

/** A connection whose user may use all commands but one. */
async function connectWithout(command: string): Promise<Redis> {
  limited?.disconnect();
  await lanes.redis.acl('SETUSER', 'limited', 'reset', 'on', '>pw', '~*', '&*', '+@all');
  await lanes.redis.acl('SETUSER', 'limited', `-${command}`);
  const url = lanes.server.url.replace('://', '://limited:pw@');
  limited = connectRedis({ url, name: 'limited', whenDown: 'fail-fast', commandTimeoutMs: 60_000 });
  const { status } = limited;
  await until(() => status === 'ready' || limited!.status === 'ready');
  return limited;
}

/** Lanes that have mail but are in no state. */
async function strandedLanes(): Promise<string[]> {
  const states = await lanes.states();
  const mailboxes = await lanes.redis.keys('*}:mail:*');
  return mailboxes
    .map((key) => key.slice(key.indexOf(':mail:') + ':mail:'.length))
    .filter((lane) => states[lane] === undefined);
}

/** Lets a healthy worker handle all mail; returns the update_ids by lane. */
async function handleAll(): Promise<Record<string, number[]>> {
  const handled: Record<string, number[]> = {};
  const worker = await lanes.worker((turn) => {
    (handled[turn.lane] ??= []).push(updateOf(turn));
    return Promise.resolve();
  });
  await until(() => lanes.isEmpty());
  await worker.stop(AbortSignal.timeout(5_000));
  return handled;
}

describe('a push in which one command fails', () => {
  const commands = commandsOf('push', 'put-in-order', 'can-migrate', 'wake-stranded');

  it.each(commands)(
    'is stored completely or not at all, and can be repeated (%s)',
    async (command) => {
      await lanes.push(7, 10);
      const redis = await connectWithout(command);
      const intake = openDeployment({ redis, name: 'test' }).intake();
      const update = (updateId: number, lane: string, interrupts = false) => ({
        ...{ updateId, kind: 'message', lane, sessionUser: '7', interrupts },
      });
      const raw = (id: number): Buffer =>
        Buffer.from(JSON.stringify({ update_id: id, message: {} }));
      // Pushes to an idle lane, with an interruption; after and before others; to a group's lane; and the first one again.
      const pushes = [
        [1, 'c:8', true],
        [20, 'c:7'],
        [15, 'c:7'],
        [2, 'c:-5'],
        [1, 'c:8', true],
      ] as const;
      for (const [id, lane, interrupts] of pushes) {
        const result = await intake
          .push(update(id, lane, interrupts), raw(id))
          .catch(() => 'rejected');
        const isThere = (await lanes.mailbox(lane)).includes(String(id));
        expect([id, result, isThere]).toEqual([
          id,
          isThere ? expect.anything() : 'rejected',
          isThere,
        ]);
        expect(await strandedLanes()).toEqual([]);
      }
      await intake.close();
      // Telegram sends unacknowledged updates again.
      for (const [id, lane, interrupts] of pushes)
        await lanes.intake.push(update(id, lane, interrupts), raw(id));
      expect(await handleAll()).toEqual({ 'c:7': [10, 15, 20], 'c:8': [1], 'c:-5': [2] });
    },
  );

  it('is stored even if Redis does not allow publishing the interruption', async () => {
    await lanes.redis.acl('SETUSER', 'silent', 'resetchannels', 'on', '>pw', '~*', '+@all');
    const url = lanes.server.url.replace('://', '://silent:pw@');
    const redis = (limited = connectRedis({
      url,
      name: 'silent',
      whenDown: 'fail-fast',
      commandTimeoutMs: 60_000,
    }));
    await until(() => redis.status === 'ready');
    const intake = openDeployment({ redis, name: 'test' }).intake();
    const cancel = {
      updateId: 5,
      kind: 'message',
      lane: 'c:7',
      sessionUser: '7',
      interrupts: true,
    };
    expect(await intake.push(cancel, Buffer.from('{"update_id":5,"message":{}}'))).toBe('stored');
    await intake.close();
    expect(await handleAll()).toEqual({ 'c:7': [5] });
  });
});

describe('a worker whose Redis user lacks one command', () => {
  const scripts = ['open', 'commit', 'advance', 'bury', 'fail', 'hand-back', 'sweep', 'renew'];
  const commands = commandsOf(...scripts, 'can-migrate');

  it.each(commands)('leaves every event for the next worker (%s)', async (command) => {
    const ids = [1, 2, 3, 4];
    for (const id of ids) await lanes.push(id % 2, id);
    const redis = await connectWithout(command);
    const worker = openDeployment({ redis, name: 'test' }).worker({
      ...laneSettings,
      leaseMs: 300,
      handle: (turn) =>
        updateOf(turn) > 2
          ? Promise.reject(new Error('fails once'))
          : Promise.resolve(turn.sessions.stage(turn.sessionKey!, '1')),
    });
    await worker.start().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await worker.stop(AbortSignal.abort()).catch(() => undefined);
    expect(await strandedLanes()).toEqual([]);
    await handleAll();
    expect(await lanes.redis.zcard(lanes.keys.oldest)).toBe(0);
  });
});

describe('an operation of an operator in which one command fails', () => {
  const acts = ['pause', 'resume', 'release', 'replay'];

  it.each(commandsOf(...acts))('leaves every lane with mail in a state (%s)', async (command) => {
    const stuck = await lanes.worker(() => Promise.reject(new Error('broken')), { maxAttempts: 1 });
    await lanes.push(9, 1);
    await until(async () => (await lanes.operator.deadLetters.count()) === 1);
    await stuck.stop(AbortSignal.abort());
    const redis = await connectWithout(command);
    const deployment = openDeployment({ redis, name: 'test' });
    const { operator } = deployment;
    await lanes.push(7, 10);
    const tries = [
      () => operator.pause('c:7'),
      () => operator.resume('c:7'),
      () => operator.release('c:7'),
      () => operator.deadLetters.replay('1'),
    ];
    for (const act of tries) {
      await act().catch(() => undefined);
      expect(await strandedLanes()).toEqual([]);
    }
    await deployment.close();
    await lanes.operator.resume('c:7');
    await lanes.operator.deadLetters.replay('1');
    expect(await handleAll()).toEqual({ 'c:7': [10], 'c:9': [1] });
  });
});

describe('a lane with mail but without a state', () => {
  /** Simulates what an old version or a manual change may have left. */
  async function strand(lane: string, updateId: number): Promise<void> {
    await lanes.push(Number(lane.slice(2)), updateId);
    const { redis } = lanes;
    const keys = lanes.keysOf(lane);
    await redis.zrem(keys.waking, lane);
    await redis.zrem(keys.oldest, lane);
  }

  it('is found by the sweep and handled in order', async () => {
    await strand('c:7', 1);
    await lanes.push(7, 2);
    expect(await strandedLanes()).toEqual(['c:7']);
    const handled: number[] = [];
    await lanes.worker((turn) => Promise.resolve(void handled.push(updateOf(turn))));
    await until(() => handled.length === 2);
    expect(handled).toEqual([1, 2]);
  });

  it('is woken when its push is repeated', async () => {
    await strand('c:7', 1);
    expect(await lanes.push(7, 1)).toBe('duplicate');
    expect(await lanes.states()).toEqual({ 'c:7': 'waking' });
  });

  it('is listed by the diagnostics', async () => {
    await strand('c:7', 1);
    expect((await lanes.operator.diagnose()).stranded).toEqual(['c:7']);
  });
});
