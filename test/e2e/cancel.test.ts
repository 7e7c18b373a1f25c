import { lanePrefix } from '@chatlane/lanes';
import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { meet } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;

beforeAll(async () => {
  const path = fileURLToPath(new URL('../harness/bots/form-bot.mjs', import.meta.url));
  system = await startSystem({
    workers: 2,
    timeScale: 1,
    workerEnv: { BOT_MODULE: path, LOG_LEVEL: 'error' },
  });
});

afterAll(() => system.stop());

const keyOf = (id: number) => `${lanePrefix('chatlane', `c:${id}`)}:session:c:${id}:${id}`;

describe('/cancel', () => {
  it('stops the running turn on any worker, leaves the wizard, and answers once', async () => {
    const ann = await meet(system);
    expect(await ann.ask('/form')).toEqual(['Name?']);
    expect(await ann.ask('Ann')).toEqual(['File?']);
    await ann.write('a.pdf');
    await until(async () => (await ann.answers()).includes('Working'));
    expect(await ann.ask('/cancel', 2)).toEqual(['Working', 'Cancelled.']);

    // The stopped turn leaves no trace, but the leave handler's changes are stored.
    const stored = await system.redis.get(keyOf(ann.id));
    expect(JSON.parse(stored!)).toEqual({ __scenes: {}, left: 1 });
    expect(await ann.ask('/cancel')).toEqual(['There is nothing to cancel.']);
    expect(await system.operator.deadLetters.count()).toBe(0);
  });

  it('stops a turn in a group when it names the bot, in upper or lower case', async () => {
    const group = -1_000_000_000_100;
    const { id } = await meet(system);
    const chat = { id: group, type: 'supergroup', title: 'Crew', member_ids: [id] };
    await system.play('/play/chats', chat);
    const ann = await meet(system, { id }, group);
    await ann.ask('/form');
    await ann.ask('Ann');
    await ann.write('a.pdf');
    await ann.sees('Working');
    expect(await ann.ask('/CANCEL@Chatlane_Playground_Bot', 2)).toEqual(['Working', 'Cancelled.']);
  });
});

describe('/reset', () => {
  it('replaces a session that cannot be read', async () => {
    const ann = await meet(system);
    await ann.ask('/form');
    await system.redis.set(keyOf(ann.id), '{"__scenes":');
    expect(await ann.ask('/reset')).toEqual(['All is forgotten.']);
    expect(await system.redis.get(keyOf(ann.id))).toBeNull();
    expect(await ann.ask('/form')).toEqual(['Name?']);
  });
});
