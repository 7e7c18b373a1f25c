import { readUpdate } from '@chatlane/contracts';
import { connectRedis } from '@chatlane/redis';
import { laneSettings, startRedisWith } from '@chatlane/tooling';
import {
  claimDeployment,
  createIntake,
  createLaneWorker,
  createOperator,
  readClaim,
  repartition,
  type Deliver,
  type Intake,
  type LaneWorker,
} from '../src/index.js';
import { laneOfSession } from '../src/partition-mover.js';
import { cutAfter } from './cut-connection.testkit.js';
import { message, until } from './lanes.testkit.js';

const name = 'moving';
const CHATS = 60;

const { server, redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

async function push(intake: Intake, chat: number, updateId: number): Promise<string> {
  const update = message(chat, updateId, updateId % 7 === 0 ? 'bad' : 'good');
  return intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
}

/** Writes the ids of a lane's updates into its session and its outbox; one whose text is bad is given up. */
async function startWorker(partitions: number, deliver: Deliver): Promise<LaneWorker> {
  const worker = createLaneWorker({
    redis,
    name,
    partitions,
    deliver,
    async handle({ event, sessions, sessionKey, outbox }) {
      if (event.type !== 'update') return;
      if (JSON.stringify(event.update).includes('bad')) throw new Error('bad');
      outbox.stage('note', '{}');
      const ids = JSON.parse((await sessions.get(sessionKey!)) ?? '[]') as number[];
      sessions.stage(sessionKey!, JSON.stringify([...ids, event.updateId]));
    },
    ...laneSettings,
    sweepEveryMs: 100,
    maxAttempts: 1,
  });
  await worker.start();
  return worker;
}

async function keysOf(kind: string): Promise<string[]> {
  return (await redis.keys(`{${name}:*}:${kind}`)).sort();
}

it.each([
  [1, 8],
  [8, 3],
])(
  'takes everything along from %i to %i partitions, however often it is interrupted',
  async (from, to) => {
    await redis.flushall();
    await claimDeployment(redis, { name, partitions: from });
    const intake = createIntake({ redis, name, partitions: from });
    const first = await startWorker(from, () => Promise.reject(new Error('not now')));
    const idOf = (chat: number, round: number): number => round * 1_000 + chat;
    for (let chat = 1; chat <= CHATS; chat += 1) await push(intake, chat, idOf(chat, 1));
    await until(async () => (await keysOf('mail:*')).length === 0);
    await first.stop(AbortSignal.timeout(1_000));
    // Nobody takes these: they wait in their mailboxes.
    for (let chat = 1; chat <= CHATS; chat += 1) {
      await push(intake, chat, idOf(chat, 2));
      await push(intake, chat, idOf(chat, 3));
    }
    await intake.close();
    const before = createOperator({ redis, name, partitions: from });
    const dead = (await before.deadLetters.list()).map(({ id }) => id).sort();
    expect(dead.length).toBeGreaterThan(5);
    await before.pause('c:5');
    await before.close();

    let cuts = 0;
    for (let writes = 1; ; writes = Math.ceil(writes * 1.7)) {
      try {
        expect(await repartition(cutAfter(redis, writes), name, { to })).toMatchObject({
          from,
          to,
        });
        break;
      } catch (error) {
        expect(error).toMatchObject({ message: 'the line is cut' });
        cuts += 1;
        if ((await redis.exists(`{${name}}:repartition`)) === 0) continue;
        await expect(claimDeployment(redis, { name, partitions: from })).rejects.toThrow(
          'on its way',
        );
        await expect(repartition(redis, name, { to: to + 1 })).rejects.toThrow(`with --to ${to}`);
      }
    }
    expect(cuts).toBeGreaterThan(3);
    expect(await readClaim(redis, name)).toMatchObject({ partitions: to });
    await claimDeployment(redis, { name, partitions: to });

    const again = createIntake({ redis, name, partitions: to });
    for (let chat = 1; chat <= CHATS; chat += 1) {
      expect(await push(again, chat, idOf(chat, 1))).toBe('duplicate');
      expect(await push(again, chat, idOf(chat, 3))).toBe('duplicate');
    }
    const operator = createOperator({ redis, name, partitions: to });
    expect((await operator.deadLetters.list()).map(({ id }) => id).sort()).toEqual(dead);
    const delivered = new Set<string>();
    const second = await startWorker(to, ({ id, lane }) => {
      delivered.add(`${lane} ${id}`);
      return Promise.resolve();
    });
    await until(async () => (await keysOf('mail:*')).length === 1);
    expect(await operator.resume('c:5')).toBe(true);
    await until(async () => (await keysOf('mail:*')).length === 0);
    for (const key of await keysOf('outbox')) {
      for (const entry of await redis.zrange(key, '0', '-1'))
        await redis.zadd(key, 'XX', '1', entry);
    }
    await until(async () => (await keysOf('outbox')).length === 0);
    await second.stop(AbortSignal.timeout(1_000));

    const asked: string[] = [];
    for (let chat = 1; chat <= CHATS; chat += 1) {
      const found = await keysOf(`session:c:${chat}:${chat}`);
      const ids = [1, 2, 3].map((round) => idOf(chat, round)).filter((id) => id % 7 !== 0);
      expect(found.length).toBe(1);
      expect(JSON.parse((await redis.get(found[0]!))!)).toEqual(ids);
      asked.push(...ids.map((id) => `c:${chat} ${id}.1`));
    }
    expect([...delivered].sort()).toEqual(asked.sort());
    const strays = (await keysOf('*')).filter((key) => Number(/:(\d+)\}/.exec(key)![1]) >= to);
    expect(strays).toEqual([]);
    await Promise.all([again.close(), operator.close()]);
  },
);

it.each(['worker', 'ingress', 'downloader'])(
  'is refused while a %s of the deployment runs',
  async (process) => {
    await redis.flushall();
    await claimDeployment(redis, { name, partitions: 1 });
    const own = `${name}-${process}`;
    const running = connectRedis({ url: server.url, name: own, whenDown: 'wait' });
    await running.ping();
    const asked = () => repartition(redis, name, { to: 2 });
    await expect(asked()).rejects.toThrow(`(${own}): stop its processes first`);
    await claimDeployment(redis, { name, partitions: 1 });
    // Whoever asked before was killed between its mark and its look.
    await redis.set(`{${name}}:repartition`, '1 2');
    await expect(asked()).rejects.toThrow('stop its processes first');
    running.disconnect();
    await until(async () => !String(await redis.client('LIST')).includes(own));
    expect(await asked()).toMatchObject({ from: 1, to: 2 });
  },
);

it('stops when it is told to, and goes on from there', async () => {
  await redis.flushall();
  await claimDeployment(redis, { name, partitions: 1 });
  const sessions = Array.from({ length: 2_000 }, (_, chat) => `{${name}:0}:session:c:${chat}:1`);
  await redis.mset(sessions.flatMap((key) => [key, '1']));
  const stop = new AbortController();
  const stopped = repartition(redis, name, { to: 5, signal: stop.signal }, () => stop.abort());
  await expect(stopped).rejects.toThrow('aborted');
  const left = (await redis.keys(`{${name}:0}:session:*`)).length;
  expect(left).toBeGreaterThan(sessions.length / 2);
  expect(left).toBeLessThan(sessions.length);
  await expect(claimDeployment(redis, { name, partitions: 1 })).rejects.toThrow('on its way');
  const { moved } = await repartition(redis, name, { to: 5 });
  expect(moved).toBeLessThan(left);
  expect(await redis.keys('*:session:*')).toHaveLength(sessions.length);
  await claimDeployment(redis, { name, partitions: 5 });
});

it('knows the lane of every session', () => {
  const lanes = { 'c:5:5': 'c:5', 'c:-100:': 'c:-100', 'b:con:7:8': 'b:con:7', 'p:1:2': 'p:1' };
  const found = Object.keys(lanes).map((key) => [key, laneOfSession(key)]);
  expect(Object.fromEntries(found)).toEqual(lanes);
  expect(laneOfSession('express:inline_query:7:x')).toBe('express:inline_query:7');
  expect(laneOfSession('c:5:5:of:my:own')).toBe('c:5');
  expect(laneOfSession('other:5')).toBe('other');
});
