import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { meet } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const POLLS = 20;

let system: TestSystem;

beforeAll(async () => {
  const BOT_MODULE = fileURLToPath(new URL('../harness/bots/poll-bot.mjs', import.meta.url));
  system = await startSystem({ workers: 2, workerEnv: { BOT_MODULE, LOG_LEVEL: 'error' } });
});
afterAll(() => system.stop());

describe('answers to polls', () => {
  it("reach the session of the user's own chat one at a time, once each", async () => {
    const ann = await meet(system);
    expect(await ann.ask('/votes')).toEqual(['0 votes']);
    const user = { id: ann.id, is_bot: false, first_name: 'Ann' };
    // Each poll has its own lane, so both workers handle the answers at the same time.
    await Promise.all(
      Array.from({ length: POLLS }, (_, index) =>
        system.play('/play/updates', {
          poll_answer: { poll_id: `poll${index}`, user, option_ids: [index] },
        }),
      ),
    );
    const echoes = async () => (await ann.answers()).filter((text) => text.startsWith('Ann: '));
    await until(async () => (await echoes()).length >= POLLS, 'an echo of each answer');
    await ann.write('/votes');
    await ann.sees(`^${POLLS} votes$`);
    const expected = Array.from({ length: POLLS }, (_, index) => `Ann: ${index}`);
    expect((await echoes()).sort()).toEqual(expected.sort());
    expect((await system.deployment.stats()).outbox.entries).toBe(0);
  });
});
