import { writeLine } from '../src/turn/journal-lines.js';
import { clear, load, unload } from '../src/migration/steps.js';
import type { Cargo } from '../src/migration/scripts.js';
import { FROM, OLD, openStage, type MigrationStage } from './migration.testkit.js';
import { until } from './lanes.testkit.js';

let stage: MigrationStage;
beforeEach(async () => {
  stage = await openStage();
  const first = await stage.worker();
  await stage.say(OLD, 1, 7);
  await stage.say(OLD, 2, 8);
  await stage.calm();
  await first.stop(AbortSignal.timeout(2_000));
  for (const id of [3, 4]) await stage.say(OLD, id, 7);
  stage.seen.length = 0;
  // The first attempt at 3 has had an effect, and failed.
  const keys = stage.partitions.of(FROM);
  await stage.redis.hset(keys.lane(FROM), { attempts: 1, told: 1 });
  await stage.redis.append(keys.effects(FROM), writeLine(['3', 'a', 'n', 'x.1', ['act a', 1]]));
  await stage.redis.append(keys.effects(FROM), writeLine(['3', 'a', 'y', 'x.2', 1]));
});
afterEach(() => stage.stop());

async function loaded(): Promise<Cargo> {
  const cargo = await load(stage.redis, stage.partitions, FROM, stage.to);
  if (cargo === 'busy' || cargo === 'moved') throw new Error(`nothing to carry: ${cargo}`);
  return cargo;
}
const unloaded = (cargo: Cargo) =>
  unload({ ...stage, observer: undefined }, FROM, cargo).then(() => undefined);
const clearCargo = (cargo: Cargo) => clear(stage.redis, stage.partitions, FROM, cargo);

/** The steps of a complete move: alias, sessions, mail. */
const steps: [left: string, step: () => Promise<unknown>][] = [];
let cargo: Cargo;
steps.push(['the alias was stored', async () => (cargo = await loaded())]);
steps.push(['the sessions were stored', () => unloaded(cargo)]);
steps.push(['the sessions were deleted', () => clearCargo(cargo)]);
steps.push(['the mail was loaded', async () => (cargo = await loaded())]);
steps.push(['the mail was stored', () => unloaded(cargo)]);
steps.push(['the last step', () => clearCargo(cargo)]);

describe("a group's move", () => {
  describe.each(steps.map(([left], index) => [left, index + 1] as const))(
    'a move that was interrupted after %s',
    (_, done) => {
      beforeEach(async () => {
        for (const [, step] of steps.slice(0, done)) await step();
      });

      it('is completed once by the sweep, even if its first worker continues late', async () => {
        const { to } = stage;
        const known: unknown[] = [];
        await stage.worker((turn) => {
          known.push([turn.attempt, turn.fate.isUserNotified, turn.journal.recall('a').state]);
          return Promise.resolve();
        });
        await stage.calm();
        const begun = [2, true, 'done'];
        expect(known).toEqual([begun, [1, false, 'new']]);
        expect(await stage.redis.keys('*:effects:*')).toEqual([]);
        expect(await stage.session(to, 7)).toBe('1,3,4,');
        expect(await stage.session(to, 8)).toBe('2,');
        expect(await stage.session(FROM, 7)).toBeNull();
        expect(await stage.session(FROM, 8)).toBeNull();

        // Neither a deleted session nor a handled event comes back.
        await stage.redis.del(stage.partitions.of(to).session(`${to}:8`));
        await unloaded(cargo);
        expect(await clearCargo(cargo)).toBe('over');
        await stage.calm();
        expect(await stage.session(to, 8)).toBeNull();
        expect(await stage.session(to, 7)).toBe('1,3,4,');
        expect(stage.seen).toEqual([`${to} 3 1,`, `${to} 4 1,3,`]);
        expect(stage.recorded.troubles).toEqual([]);
      });

      it('includes later pushes once, and is completed by the service message of the new chat', async () => {
        expect(await stage.say(OLD, 4, 7)).toBe('duplicate');
        expect(await stage.say(OLD, 5, 8)).toBe('stored');
        expect(await stage.say(OLD, 5, 8)).toBe('duplicate');
        await stage.sayFrom(6);
        await stage.worker(undefined, { sweepEveryMs: 60_000 });
        await until(() => stage.seen.length === 4);
        expect(stage.seen.map((line) => line.split(' ')[1]).sort()).toEqual(['3', '4', '5', '6']);
        await stage.calm();
        expect(await stage.session(stage.to, 7)).toBe('1,3,4,');
        expect(await stage.session(stage.to, 8)).toBe('2,5,');
      });
    },
  );

  it('carries nothing while the old lane is held', async () => {
    const { redis, partitions, to } = stage;
    await redis.zadd(partitions.of(FROM).held, '99999999999999', FROM);
    expect(await load(redis, partitions, FROM, to)).toBe('busy');
    expect(await stage.session(FROM, 7)).toBe('1,');
    expect(await stage.mail(FROM)).toEqual(['3', '4']);
  });
});
