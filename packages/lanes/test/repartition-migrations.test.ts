import { connectRedis } from '@chatlane/redis';
import { laneSettings, startRedisWith } from '@chatlane/tooling';
import {
  claimDeployment,
  createIntake,
  createLaneWorker,
  repartition,
  type Intake,
  type LaneWorker,
} from '../src/index.js';
import { load, unload } from '../src/migrations.js';
import { createPartitions, type Partitions } from '../src/partition.js';
import { createWakeUps } from '../src/wake-ups.js';
import { cutAfter } from './cut-connection.testkit.js';
import { note, pushMessage, untilCalm } from './migration.testkit.js';

const name = 'moving';
/** So many groups of a kind that some change their partition, whatever the hash. */
const GROUPS = [1, 2, 3, 4, 5, 6, 7, 8];
const USER = 7;

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

/** The deployment with one number of partitions; its worker notes what it saw, and in the session. */
interface Era {
  partitions: Partitions;
  say(chat: number, updateId: number, fields?: object): ReturnType<Intake['push']>;
  startWorker(): Promise<LaneWorker>;
  calm(): Promise<void>;
  intake: Intake;
}

const seen: string[] = [];

function openEra(count: number): Era {
  const partitions = createPartitions(name, count);
  const intake = createIntake({ redis, name, partitions: count });
  return {
    partitions,
    intake,
    say: (chat, updateId, fields) => pushMessage(intake, chat, updateId, USER, fields),
    async startWorker() {
      const worker = createLaneWorker({
        redis,
        name,
        partitions: count,
        handle: (turn) => note(turn, seen),
        ...laneSettings,
        sweepEveryMs: 100,
        maxAttempts: 1,
      });
      await worker.start();
      return worker;
    },
    calm: () => untilCalm(redis, partitions),
  };
}

/** Ids of the groups of a kind, before and after they became supergroups. */
const group = (kind: number, index: number): number => -(kind * 100 + index);
const supergroup = (kind: number, index: number): number => -1_001_000_000_000 - kind * 100 - index;
const [MOVED, HALF, LATER] = [1, 2, 3];

async function everyGroup(kind: number, act: (index: number) => Promise<unknown>): Promise<void> {
  for (const index of GROUPS) await act(index);
}

it.each([
  [2, 7],
  [7, 1],
])(
  'takes groups that migrated, or are about to, along from %i to %i partitions',
  async (from, to) => {
    await redis.flushall();
    seen.length = 0;
    await claimDeployment(redis, { name, partitions: from });
    const before = openEra(from);
    const first = await before.startWorker();
    // Some have a session and have moved; some have one, and will move in the next era.
    await everyGroup(MOVED, (index) => before.say(group(MOVED, index), 100 + index));
    await everyGroup(LATER, (index) => before.say(group(LATER, index), 300 + index));
    await before.calm();
    await everyGroup(MOVED, (index) =>
      before.say(group(MOVED, index), 120 + index, {
        migrate_to_chat_id: supergroup(MOVED, index),
      }),
    );
    await before.calm();
    await first.stop(AbortSignal.timeout(1_000));
    // Some have mail on its way: it has arrived, and has not been taken away yet.
    const wakeUps = createWakeUps(before.partitions, redis);
    await everyGroup(HALF, async (index) => {
      const [lane, newLane] = [`c:${group(HALF, index)}`, `c:${supergroup(HALF, index)}`];
      await before.say(group(HALF, index), 200 + index);
      const cargo = await load(redis, before.partitions, lane, newLane);
      if (typeof cargo === 'string') throw new Error(cargo);
      const context = { redis, partitions: before.partitions, wakeUps, observer: undefined };
      expect(await unload(context, lane, cargo)).toMatchObject({ events: 1 });
    });
    await Promise.all([wakeUps.close(), before.intake.close()]);

    for (let writes = 1, cuts = 0; ; writes = Math.ceil(writes * 2), cuts += 1) {
      try {
        await repartition(cutAfter(redis, writes), name, { to });
        expect(cuts).toBeGreaterThan(3);
        break;
      } catch (error) {
        expect(error).toMatchObject({ message: 'the line is cut' });
      }
    }
    await claimDeployment(redis, { name, partitions: to });

    seen.length = 0;
    const after = openEra(to);
    await everyGroup(MOVED, (index) => after.say(group(MOVED, index), 140 + index));
    await everyGroup(LATER, (index) =>
      after.say(group(LATER, index), 340 + index, {
        migrate_to_chat_id: supergroup(LATER, index),
      }),
    );
    const second = await after.startWorker();
    await after.calm();
    await everyGroup(LATER, (index) => after.say(supergroup(LATER, index), 360 + index));
    await after.calm();
    await Promise.all([second.stop(AbortSignal.timeout(1_000)), after.intake.close()]);

    const expected = GROUPS.flatMap((index) => [
      `c:${supergroup(MOVED, index)} ${140 + index} ${100 + index},${120 + index},`,
      `c:${supergroup(HALF, index)} ${200 + index} -`,
      `c:${supergroup(LATER, index)} ${340 + index} ${300 + index},`,
      `c:${supergroup(LATER, index)} ${360 + index} ${300 + index},${340 + index},`,
    ]);
    expect([...seen].sort()).toEqual(expected.sort());
  },
);
