import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { meet } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

interface Call {
  method: string;
  chat_id?: number;
  status: number;
  params: { text?: string };
}

/** Shared by all tests, each of which uses its own chats. */
let system: TestSystem;

beforeAll(async () => {
  const BOT_MODULE = fileURLToPath(new URL('../harness/bots/stream-bot.mjs', import.meta.url));
  system = await startSystem({
    workers: 1,
    timeScale: 1,
    workerEnv: { BOT_MODULE, LOG_LEVEL: 'error' },
  });
});
afterAll(() => system?.stop());

const callsOf = async (id: number): Promise<Call[]> =>
  (await system.play<Call[]>('/play/calls')).filter(({ chat_id }) => chat_id === id);

/** Makes Telegram answer every call for the chat with 429. */
const penalty = (chat_id: number, seconds: number) =>
  system.play('/play/faults', { kind: 'call-429', chat_id, forMs: seconds * 1_000 });

const floods = async (id: number): Promise<number> =>
  (await callsOf(id)).filter(({ status }) => status === 429).length;

describe('a streamed answer', () => {
  it('in 200 states ends with its final text despite a flood wait, and the chat then continues', async () => {
    const ann = await meet(system);
    await ann.write('/count 200 25');
    await ann.sees('State');
    await penalty(ann.id, 12);
    await ann.sees('^All 200 states.$');
    // Only a few calls are refused: those of the stream, of its final text and of the lane's turn.
    expect(await floods(ann.id)).toBeLessThanOrEqual(3);
    expect(await ann.ask('/hello', 2)).toEqual(['All 200 states.', 'Hello!']);
    expect(await system.operator.deadLetters.count()).toBe(0);
  });

  it('is one message with the final text although its worker dies before delivering it', async () => {
    const ann = await meet(system);
    await ann.write('/count 40 25');
    await ann.sees('State');
    // The penalty is longer than a running turn waits, so the lane rests instead.
    await penalty(ann.id, 30);
    // The turn is committed, and the final text waits in the lane or in the outbox.
    await until(async () => {
      const { resting: lanes } = await system.deployment.stats();
      return lanes === 1;
    }, 'a lane that rests until the flood wait is over');
    const [worker] = system.workers;
    worker!.kill('SIGKILL');
    await worker!.exited;
    await system.startWorker();
    await ann.sees('^All 40 states.$');
    await system.untilQuiet();
    expect(await ann.answers()).toEqual(['All 40 states.']);
    expect(await system.operator.deadLetters.count()).toBe(0);
  });

  it('is one message although its worker dies in the middle', async () => {
    const ann = await meet(system);
    await ann.write('/count 60 100');
    await ann.sees('State [2-9]');
    const [worker] = system.workers;
    worker!.kill('SIGKILL');
    await worker!.exited;
    await system.startWorker();
    await ann.sees('^All 60 states.$');
    await system.untilQuiet();
    expect(await ann.answers()).toEqual(['All 60 states.']);
  });

  it('needs few calls, also when it is shown as a draft', async () => {
    const [ann, bea] = [await meet(system), await meet(system)];
    await ann.write('/count 25 200');
    await bea.write('/count 25 200 draft');
    await ann.sees('^All 25 states.$');
    // The placeholder, one state per 1.5 s, and the final text. Without merging states there would be 27 calls.
    expect((await callsOf(ann.id)).length).toBeLessThanOrEqual(7);

    await bea.sees('^All 25 states.$');
    const calls = await callsOf(bea.id);
    expect(calls.length).toBeLessThanOrEqual(7);
    expect(calls.filter(({ method }) => method !== 'sendMessageDraft')).toMatchObject([
      { method: 'sendMessage', params: { text: 'All 25 states.' } },
    ]);
  });
});
