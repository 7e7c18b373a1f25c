import { FROM, gate, OLD, openStage, type MigrationStage } from './migration.testkit.js';
import { until } from './lanes.testkit.js';

let stage: MigrationStage;
afterEach(() => stage.stop());

/** Starts a worker and gives two users of the group a session. */
async function begin(where: 'the same' | 'another' = 'another'): Promise<void> {
  stage = await openStage(where);
  await stage.worker();
  await stage.say(OLD, 1, 7);
  await stage.say(OLD, 2, 8);
  await stage.calm();
  stage.seen.length = 0;
}

describe('a group that becomes a supergroup', () => {
  describe.each(['the same', 'another'] as const)('in %s partition', (where) => {
    it('keeps its sessions when the service message of the old chat comes first', async () => {
      await begin(where);
      const { to, newChat } = stage;
      await stage.sayTo(3);
      await stage.calm();
      await stage.sayFrom(4);
      await stage.say(newChat, 5, 7);
      await stage.say(newChat, 6, 8);
      await stage.calm();
      expect(stage.seen).toEqual([`${to} 3 -`, `${to} 4 3,`, `${to} 5 1,`, `${to} 6 2,`]);
      expect(await stage.session(to, 7)).toBe('1,5,');
      expect(await stage.session(FROM, 7)).toBeNull();
    });

    it('keeps its sessions when the service message of the new chat comes first', async () => {
      await begin(where);
      const { to, newChat } = stage;
      await stage.sayFrom(4);
      await stage.say(newChat, 5, 7);
      await stage.calm();
      expect(await stage.sayTo(3)).toBe('stored');
      expect(await stage.sayTo(3)).toBe('duplicate');
      await stage.calm();
      expect(stage.seen).toEqual([`${to} 4 -`, `${to} 5 1,`, `${to} 3 4,`]);
    });

    it('has the waiting updates of the old chat handled before those of the new one', async () => {
      stage = await openStage(where);
      const { to, newChat } = stage;
      await stage.sayFrom(14);
      await stage.say(newChat, 15, 7);
      for (const id of [10, 11, 12]) await stage.say(OLD, id, 7);
      await stage.sayTo(13);
      for (const id of [16, 17]) await stage.say(OLD, id, 7);
      await stage.worker();
      await stage.calm();
      const order = stage.seen.map((line) => Number(line.split(' ')[1]));
      // Either lane may start first, so update 14 may be handled at any point. The others have a
      // fixed order.
      expect(order.filter((id) => id !== 14)).toEqual([10, 11, 12, 13, 15, 16, 17]);
      expect(await stage.session(to, 7)).toBe('10,11,12,15,16,17,');
      expect(stage.recorded.turns.filter((turn) => turn.endsWith('done'))).toHaveLength(8);
    });
  });

  it('is moved only once when two workers run at the same time', async () => {
    stage = await openStage();
    const { to, newChat } = stage;
    for (let user = 10; user < 130; user += 1) {
      const keys = stage.partitions.of(FROM);
      await stage.redis.set(keys.session(`${FROM}:${user}`), `${user}`);
      await stage.redis.sadd(keys.users(FROM), user);
    }
    await Promise.all([stage.worker(), stage.worker()]);
    await Promise.all([
      stage.sayTo(1),
      stage.sayFrom(2),
      ...Array.from({ length: 60 }, (_, index) => stage.say(OLD, 3 + index, 10 + index)),
      ...Array.from({ length: 60 }, (_, index) => stage.say(newChat, 100 + index, 70 + index)),
    ]);
    await stage.calm();
    const updates = stage.seen.map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b);
    expect(updates).toEqual([1, 2, ...range(3, 63), ...range(100, 160)]);
    for (let user = 10; user < 70; user += 1) {
      expect(await stage.session(to, user)).toBe(`${user}${user - 7},`);
    }
    expect(stage.recorded.troubles).toEqual([]);
  });

  it('makes the new chat wait for the running turn of the old one', async () => {
    stage = await openStage();
    const door = gate(1);
    await stage.worker(door.hold);
    const { to } = stage;
    await stage.say(OLD, 1, 7);
    await until(door.reached);
    await stage.sayFrom(3);
    await until(() => stage.recorded.turns.includes('3 waits'));
    // Updates that arrive while the move waits are moved too.
    await stage.say(OLD, 2, 7);
    expect(stage.seen).toEqual([]);
    door.open();
    await stage.calm();
    expect(stage.seen[0]).toBe(`${FROM} 1 -`);
    expect(stage.seen).toContain(`${to} 3 -`);
    expect(await stage.session(to, 7)).toBe('1,2,');
  });

  it('keeps a session that was begun in the new chat, and drops the old one', async () => {
    await begin();
    const { to, newChat } = stage;
    await stage.say(newChat, 3, 7);
    await stage.calm();
    await stage.sayFrom(4);
    await stage.say(newChat, 5, 7);
    await stage.say(newChat, 6, 8);
    await stage.calm();
    expect(await stage.session(to, 7)).toBe('3,5,');
    expect(await stage.session(to, 8)).toBe('2,6,');
    expect(await stage.session(FROM, 7)).toBeNull();
  });

  it('lets the worker that holds the new lane see the sessions moved during its turn', async () => {
    stage = await openStage();
    const door = gate(3);
    const { to, newChat } = stage;
    const worker = await stage.worker(door.hold);
    await stage.say(OLD, 1, 7);
    await stage.calm();
    await stage.say(newChat, 3, 7, { text: 'quiet' });
    await until(door.reached);
    await stage.say(newChat, 4, 7);
    worker.migrate(OLD, newChat);
    await until(async () => (await stage.session(to, 7)) !== null);
    door.open();
    await stage.calm();
    expect(await stage.session(to, 7)).toBe('1,4,');
  });

  it('keeps the time to live of a session', async () => {
    stage = await openStage();
    await stage.worker(undefined, { sessionTtlSeconds: 1_000 });
    await stage.say(OLD, 1, 7);
    await stage.calm();
    await stage.sayTo(2);
    await stage.calm();
    const { to, partitions } = stage;
    const life = await stage.redis.ttl(partitions.of(to).session(`${to}:7`));
    expect(life).toBeGreaterThan(900);
    expect(life).toBeLessThanOrEqual(1_000);
  });

  it('waits while the old chat is paused by an operator, and moves once it is resumed', async () => {
    stage = await openStage();
    await stage.say(OLD, 1, 7);
    await stage.operator.pause(FROM);
    await stage.worker();
    await stage.sayFrom(2);
    await until(() => stage.recorded.turns.includes('2 waits'));
    expect(stage.seen).toEqual([]);
    await stage.operator.resume(FROM);
    await stage.calm();
    expect(stage.seen).toEqual([`${stage.to} 2 -`, `${stage.to} 1 -`]);
  });

  it('sends a dead letter to the new chat when it is replayed after the move', async () => {
    stage = await openStage();
    let broken = true;
    await stage.worker(() => (broken ? Promise.reject(new Error('broken')) : Promise.resolve()), {
      maxAttempts: 1,
    });
    await stage.say(OLD, 1, 7);
    await stage.calm();
    broken = false;
    await stage.sayTo(2);
    await stage.calm();
    expect(await stage.operator.deadLetters.replay('1')).toBe(true);
    await stage.calm();
    expect(stage.seen).toEqual([`${stage.to} 2 -`, `${stage.to} 1 -`]);
  });

  it('sends internal events for the old chat to the new one, once', async () => {
    await begin();
    await stage.sayTo(3);
    await stage.calm();
    const push = () =>
      stage.intake.pushInternal(
        { type: 'internal', id: 'f', kind: 'ready', payload: 1 },
        FROM,
        '7',
      );
    expect(await push()).toBe('stored');
    expect(await push()).toBe('duplicate');
    await stage.calm();
    expect(stage.seen.at(-1)).toBe(`${stage.to} 0 1,`);
  });

  it('still delivers outbox entries that were staged before the move', async () => {
    stage = await openStage();
    const { redis, partitions } = stage;
    const delivered: string[] = [];
    let refuse = true;
    await stage.worker((turn) => Promise.resolve(void turn.outbox.stage('note', '{}')), {
      deliver: ({ id, lane }) =>
        refuse
          ? Promise.reject(new Error('not now'))
          : Promise.resolve(void delivered.push(`${lane} ${id}`)),
    });
    await stage.say(OLD, 1, 7);
    await stage.calm();
    await stage.sayTo(2);
    await stage.calm();
    refuse = false;
    const zsets = partitions.all.map((keys) => keys.outbox);
    for (const zset of zsets) {
      for (const entry of await redis.zrange(zset, '0', '-1'))
        await redis.zadd(zset, 'XX', '1', entry);
    }
    await until(async () => (await redis.exists(zsets)) === 0);
    expect(delivered.sort()).toEqual([`${stage.to} 2.1`, `${FROM} 1.1`].sort());
  });

  it('has an alias that every worker can look up, and stores no users of lanes that cannot migrate', async () => {
    await begin();
    const worker = await stage.worker();
    expect(await worker.aliasOf(-77)).toBeUndefined();
    await stage.sayTo(3);
    await stage.calm();
    expect(await worker.aliasOf(OLD)).toBe(stage.newChat);
    await stage.say(stage.newChat, 4, 7);
    await stage.calm();
    const { partitions, redis } = stage;
    const kept = await Promise.all(
      partitions.all.map(({ prefix }) => redis.keys(`${prefix}:users:*`)),
    );
    expect(kept.flat()).toEqual([]);
  });
});

function range(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, index) => from + index);
}
