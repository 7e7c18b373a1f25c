import { readFileSync } from 'node:fs';
import { readUpdate } from '@chatlane/contracts';
import { connectRedis } from '@chatlane/redis';
import { laneSettings, startRedisWith } from '@chatlane/testing';
import { openDeployment, type Turn } from '../src/index.js';
import { createPartitions } from '../src/partitions.js';
import { cutAfter } from './cut-connection.testkit.js';
import { untilCalm } from './migration.testkit.js';
import { until, updateOf } from './lanes.testkit.js';

const name = 'chatlane';

/** A key of a stopped deployment of version 0.1.0. Values are in base64, those of hashes and zsets as a flat list. */
interface StoredKey {
  key: string;
  type: 'string' | 'list' | 'set' | 'hash' | 'zset';
  lifeMs?: number;
  value: string | string[];
}

const stored = JSON.parse(
  readFileSync(new URL('data/0.1.0.json', import.meta.url), 'utf8'),
) as StoredKey[];

const { server, redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);
const deployment = openDeployment({ redis, name });

beforeEach(async () => {
  await redis.flushall();
  for (const { key, type, lifeMs, value } of stored) {
    const bytes = [value].flat().map((each) => Buffer.from(each, 'base64'));
    if (type === 'string') await redis.set(key, bytes[0]!);
    if (type === 'list') await redis.rpush(key, ...bytes);
    if (type === 'set') await redis.sadd(key, ...bytes);
    if (type === 'hash') await redis.hset(key, ...bytes);
    for (let index = 0; type === 'zset' && index < bytes.length; index += 2)
      await redis.zadd(key, bytes[index + 1]!.toString(), bytes[index]!);
    if (lifeMs) await redis.pexpire(key, lifeMs);
  }
});

/** Runs a worker until nothing is left to do; returns every turn as `<lane> <event> <session before>`. */
async function handleAll(): Promise<{ seen: string[]; recalled: unknown; delivered: string[] }> {
  const seen: string[] = [];
  const delivered: string[] = [];
  let recalled: unknown;
  const worker = deployment.worker({
    ...laneSettings,
    async handle(turn: Turn) {
      const id = turn.event.type === 'update' ? updateOf(turn) : turn.event.id;
      seen.push(`${turn.lane} ${id} ${(await turn.sessions.get(turn.sessionKey!)) ?? '-'}`);
      if (id === 1012) recalled = turn.journal.recall('sendMessage#0');
    },
    deliver: ({ id, lane }) => Promise.resolve(void delivered.push(`${lane} ${id}`)),
  });
  const { operator } = deployment;
  await worker.start();
  await operator.release('c:7');
  await operator.resume('c:4');
  await operator.deadLetters.replay('1011');
  await untilCalm(redis, createPartitions(redis, name));
  const outboxes = createPartitions(redis, name).all.map(({ outbox }) => outbox);
  for (const outbox of outboxes)
    for (const entry of await redis.zrange(outbox, '0', '-1'))
      await redis.zadd(outbox, 'XX', '1', entry);
  await until(async () => (await redis.exists(outboxes)) === 0);
  await worker.stop(AbortSignal.timeout(5_000));
  await deployment.close();
  return { seen: seen.sort(), recalled, delivered };
}

const everything = [
  'c:1 1014 [1001]',
  'c:1 1017 [1001]',
  'c:1 1019 [1001]',
  'c:2 1015 [1002]',
  'c:2 1018 [1002]',
  'c:3 1016 [1003]',
  'c:3 told-1 [1003]',
  'c:4 1021 [1004]',
  'c:5 1011 [1005]',
  'c:7 1012 [1007]',
  'c:7 1020 [1007]',
];

/** Checks that nothing was lost: every event is handled once, with its session. */
async function expectComplete(): Promise<void> {
  await deployment.claim('111');
  const { seen, recalled, delivered } = await handleAll();
  expect(seen).toEqual(everything);
  expect(recalled).toMatchObject({ result: { message_id: 5 } });
  expect(delivered).toEqual(['c:6 1006.1']);
}

describe('the upgrade of data of version 0.1.0', () => {
  it('keeps waiting events, sessions, journals, dead letters and the outbox', async () => {
    await expect(deployment.claim('111')).rejects.toThrow('upgrade');
    const { from, moved } = await deployment.upgrade();
    expect(from).toBe(1);
    expect(moved).toBeGreaterThan(20);
    expect((await redis.keys('{chatlane:*')).filter((key) => /epoch|claim|wake/.test(key))).toEqual(
      [],
    );
    await expectComplete();
  });

  it('keeps the marks of stored events, and the lanes of migrated groups', async () => {
    await deployment.upgrade();
    const intake = deployment.intake({ botId: '111' });
    const say = (updateId: number, chat: number) => {
      const message = { message_id: 1, date: 1, chat: { id: chat }, from: { id: 7 }, text: 'hi' };
      const update = { update_id: updateId, message };
      return intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
    };
    expect(await say(1014, 1)).toBe('duplicate');
    const event = {
      type: 'internal',
      id: 'told-1',
      kind: 'file_ready',
      payload: { n: 1 },
    } as const;
    expect(await intake.pushInternal(event, 'c:3', '3')).toBe('duplicate');
    expect(await say(1100, -55)).toBe('stored');
    const lane = 'c:-1001234567890';
    expect(await redis.llen(createPartitions(redis, name).of(lane).mail(lane))).toBe(1);
    await intake.close();
  });

  it('leaves downloads and all other keys unchanged', async () => {
    const lasting = stored.filter(({ lifeMs }) => lifeMs === undefined).map(({ key }) => key);
    const others = lasting.filter((key) => key.startsWith('{chatlane}:'));
    const dumps = () => Promise.all(others.map((key) => redis.dumpBuffer(key)));
    const before = await dumps();
    await deployment.upgrade();
    const after = await dumps();
    const changed = others.filter((_, index) => !before[index]!.equals(after[index]!));
    expect(changed).toEqual(['{chatlane}:partitions']);
  });

  it('may be interrupted at any point and run again', async () => {
    let cuts = 0;
    for (let writes = 1; ; writes = Math.ceil(writes * 1.5), cuts += 1) {
      try {
        await openDeployment({ redis: cutAfter(redis, writes), name }).upgrade();
        break;
      } catch (error) {
        expect(error).toMatchObject({ message: 'connection cut' });
        await expect(deployment.claim()).rejects.toThrow('is being upgraded');
      }
    }
    expect(cuts).toBeGreaterThan(5);
    await expectComplete();
  });

  it('makes Redis refuse pushes of a 0.1.0 process that comes back, and only then reads keys', async () => {
    const commands: string[] = [];
    const recorded = new Proxy(redis, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          commands.push(`${String(property)} ${String(args[0])}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
    await openDeployment({ redis: recorded, name }).upgrade();
    const refused = commands.indexOf('del {chatlane:0}:claim');
    expect(refused).toBeGreaterThan(-1);
    expect(refused).toBeLessThan(commands.indexOf('scan 0'));
  });

  it('finds keys in more than 64 partitions, if 0.1.0 was interrupted while it repartitioned', async () => {
    await redis.set('{chatlane}:repartition', '1 128');
    await redis.del('{chatlane:0}:claim');
    await redis.rename('{chatlane:0}:mail:c:1', '{chatlane:100}:mail:c:1');
    await deployment.upgrade();
    expect(await redis.keys('{chatlane:100}:*')).toEqual([]);
    await expectComplete();
  });

  it('is refused while a process of the deployment is connected', async () => {
    const running = connectRedis({ url: server.url, name: `${name}-worker`, whenDown: 'wait' });
    await running.ping();
    await expect(deployment.upgrade()).rejects.toThrow('stop its processes first');
    running.disconnect();
    expect(await redis.exists('{chatlane}:repartition')).toBe(0);
  });

  it('does nothing the second time, or for a deployment that this version has created', async () => {
    await deployment.upgrade();
    expect(await deployment.upgrade()).toEqual({
      from: undefined,
      scanned: 0,
      moved: 0,
    });
    await redis.flushall();
    await deployment.claim();
    expect(await deployment.upgrade()).toMatchObject({ from: undefined });
  });
});
