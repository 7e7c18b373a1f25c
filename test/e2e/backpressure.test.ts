import { lanePrefix } from '@chatlane/lanes';
import { privateText, until } from '@chatlane/testing';
import { startSystem, type TestSystem } from '../harness/system.js';

const CEILING = 5;
const FLOOD = 12;

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ workers: 0, ingressEnv: { LANE_CEILING: String(CEILING) } });
});
afterAll(() => system.stop());

async function say(chat: number, text: string): Promise<number> {
  const message = privateText(chat, text);
  const { update_id } = await system.play<{ update_id: number }>('/play/updates', { message });
  return update_id;
}

describe('a full lane', () => {
  it('refuses further updates, which Telegram delivers later without delaying other chats', async () => {
    const waiting = (chat: number): Promise<number> =>
      system.redis.llen(`${lanePrefix('chatlane', `c:${chat}`)}:mail:c:${chat}`);
    const flood: number[] = [];
    for (let count = 0; count < FLOOD; count += 1) flood.push(await say(7, `${count}`));
    await until(async () => (await waiting(7)) === CEILING);
    for (let chat = 100; chat < 120; chat += 1) await say(chat, 'a calm word');
    for (let chat = 100; chat < 120; chat += 1)
      await until(async () => (await waiting(chat)) === 1);
    expect(await waiting(7)).toBe(CEILING);

    await system.startWorker();
    await system.untilQuiet();
    const { turns } = await system.ledger();
    const ended = turns.filter(({ lane, endedAt }) => lane === 'c:7' && endedAt !== undefined);
    expect(ended.map(({ update }) => update)).toEqual(flood);
  });
});
