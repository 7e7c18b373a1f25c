import { createKnownChats } from '@chatlane/broadcasts';
import { until } from '@chatlane/testing';
import { meet, type Person } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const OWNER = 900;
let system: TestSystem;
let owner: Person;
let people: Person[];

beforeAll(async () => {
  const workerEnv = { BOT_MODULE: '', OWNER_IDS: String(OWNER) };
  system = await startSystem({ workers: 2, timeScale: 1, workerEnv });
  owner = await meet(system, { id: OWNER });
  people = await Promise.all([1, 2, 3].map(() => meet(system)));
  for (const person of [owner, ...people]) await person.ask('/cancel');
});
afterAll(() => system.stop());

interface Sent {
  message: { message_id: number };
}

const copies = async (person: Person, text: string): Promise<number> =>
  (await person.answers()).filter((each) => each === text).length;

/** Lets the owner reply with /broadcast to a message of their own. Resolves once the preview has arrived. */
async function preview(text: string): Promise<void> {
  const from = { chat_id: OWNER, from_id: OWNER };
  const { message } = await system.play<Sent>('/play/messages', { ...from, text });
  const reply_to_message_id = message.message_id;
  await system.play('/play/messages', { ...from, text: '/broadcast', reply_to_message_id });
  await until(async () => (await copies(owner, text)) === 1, 'the preview');
}

describe('/broadcast', () => {
  it('copies a message to everyone after a preview, shows the progress, and lets people opt out', async () => {
    const known = createKnownChats({ redis: system.redis, name: 'chatlane' });
    // Every five seconds, workers write the chats that they have seen.
    for (const { id } of [owner, ...people])
      await until(async () => (await known.read(id)).day > 0);
    await owner.write('/broadcast');
    await owner.sees('Reply with /broadcast');
    await preview('first');
    await owner.press('Send it to 4 chats');
    await owner.sees(/^Finished: 4 of 4, 4 delivered$/);
    for (const person of people) {
      expect(await copies(person, 'first')).toBe(1);
    }

    await people[0]!.press('No more messages like this');
    await system.untilQuiet();
    await preview('second');
    await owner.press('Send it to 4 chats');
    await owner.sees(/^Finished: 4 of 4, 3 delivered$/);
    expect(await copies(people[0]!, 'second')).toBe(0);
    expect(await copies(people[1]!, 'second')).toBe(1);
  });

  it('is an unknown command for others', async () => {
    await people[1]!.write('/broadcast');
    await people[1]!.sees("didn't understand");
  });

  it('ends all broadcasts for people who send /stop', async () => {
    const known = createKnownChats({ redis: system.redis, name: 'chatlane' });
    const optedOut = async (): Promise<readonly string[]> =>
      (await known.read(people[2]!.id)).optedOut;
    await people[2]!.write('/stop');
    await people[2]!.sees("won't get any more");
    expect(await optedOut()).toEqual(['news']);
    await people[2]!.press('Get them again');
    await until(async () => (await optedOut()).length === 0);
  });
});
