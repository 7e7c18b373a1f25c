import type { Turn } from '../src/index.js';
import { FROM, OLD, openStage, type MigrationStage } from './migration.testkit.js';
import { until, updateOf } from './lanes.testkit.js';

let stage: MigrationStage;
/** What each turn knew about its event, as `<lane> <update> <attempt> <repeat> <notified> <state of the effect>`. */
let known: string[];
beforeEach(async () => {
  stage = await openStage();
  known = [];
});
afterEach(() => stage.stop());

/** The first attempt performs the effect, notifies the user, and throws. */
async function failFirst(turn: Turn, error: Error): Promise<void> {
  const { fate, isRepeat } = turn;
  const { state } = turn.journal.recall('a');
  const repeat = isRepeat ? 'again' : 'first';
  const notified = fate.isUserNotified ? 'notified' : '-';
  known.push(`${turn.lane} ${updateOf(turn)} ${turn.attempt} ${repeat} ${notified} ${state}`);
  if (isRepeat) return;
  await turn.journal.begin('a', 'act a');
  turn.journal.done('a', 1);
  fate.userNotified();
  throw error;
}

async function nothingIsLeft(): Promise<void> {
  await stage.calm();
  expect(await stage.redis.keys('*:effects:*')).toEqual([]);
  expect(await stage.redis.keys('*:lane:*')).toEqual([]);
}

describe('an event that fails while its group becomes a supergroup', () => {
  it('continues in the new lane with its journal, its attempts and its notified mark', async () => {
    const worker = await stage.worker(
      (turn) => {
        if (!turn.isRepeat) worker.migrate(OLD, stage.newChat);
        return failFirst(turn, new Error('the group has migrated'));
      },
      { backOffMs: () => 600_000 },
    );
    await stage.say(OLD, 1, 7);
    await until(() => known.length === 2);
    expect(known).toEqual([`${FROM} 1 1 first - new`, `${stage.to} 1 2 again notified done`]);
    await nothingIsLeft();
  });

  it('continues behind the head of the new lane, which keeps its own journal', async () => {
    await stage.worker(
      (turn) => {
        const isOld = turn.lane === FROM;
        if (isOld || updateOf(turn) < 4) return failFirst(turn, new Error(isOld ? 'wait' : ''));
        return Promise.resolve();
      },
      {
        classifyError: ({ message }: Error) =>
          message === 'wait' ? { next: 'wait', forMs: 600_000 } : { next: 'retry' },
      },
    );
    const { to } = stage;
    await stage.say(OLD, 1, 7);
    await until(async () => (await stage.redis.zcard(stage.partitions.of(FROM).resting)) === 1);
    await stage.say(OLD, 2, 7);
    await stage.sayFrom(3);
    await until(() => known.length >= 4);
    await stage.say(stage.newChat, 5, 7);
    await until(() => stage.seen.length === 4);
    expect(known).toEqual([
      `${FROM} 1 1 first - new`,
      `${to} 3 1 first - new`,
      `${to} 3 2 again notified done`,
      `${to} 1 1 again notified done`,
      ...[`${to} 2 1 first - new`, `${to} 2 2 again notified done`],
    ]);
    await nothingIsLeft();
  });

  it('is not charged with the attempt in which its lane is moved', async () => {
    await stage.worker((turn) => {
      known.push(`${turn.lane} ${updateOf(turn)} ${turn.attempt}`);
      return Promise.resolve();
    });
    await stage.sayTo(1);
    await until(() => known.length === 1);
    expect(known).toEqual([`${stage.to} 1 1`]);
    await nothingIsLeft();
  });
});
