import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess } from '@chatlane/processes';
import { until } from './telegram.testkit.js';
import { startWorkerSystem, type WorkerSystem } from './worker.testkit.js';

const WORKERS = 3;
const MESSAGES = 3;
const OUTAGE_MS = 5_000;

let system: WorkerSystem;
let workers: AppProcess[];
beforeAll(async () => {
  system = await startWorkerSystem('await ctx.reply(text);');
  workers = await Promise.all(Array.from({ length: WORKERS }, () => system.startWorker()));
});
afterAll(() => system?.stop());

let lastChat = 0;

/** Chats that no other test uses. */
function newChats(count: number): number[] {
  return Array.from({ length: count }, () => (lastChat += 1));
}

/** Sends several messages to each chat, one after another. */
async function pushAll(chats: readonly number[], overMs: number): Promise<void> {
  for (let message = 1; message <= MESSAGES; message += 1) {
    for (const chat of chats) {
      await system.push(chat, message * 1_000 + chat, `${chat}.${message}`);
    }
    await sleep(overMs / MESSAGES);
  }
}

/** The texts that were sent to the chat, without those that Telegram rejected. */
function answersOf(chat: number, failed: number): string[] {
  return system.telegram
    .texts()
    .slice(failed)
    .filter((text) => text.startsWith(`${chat}.`));
}

async function expectAllAnswered(chats: readonly number[], failed: number): Promise<void> {
  await until(async () => (await system.lanes()).oldestEventMs === 0);
  for (const chat of chats) {
    expect(answersOf(chat, failed)).toEqual([1, 2, 3].map((message) => `${chat}.${message}`));
  }
  expect(await system.lanes()).toMatchObject({ deadLetters: 0, resting: 0 });
}

const probes = (): number =>
  system.telegram.calls().filter(({ method }) => method === 'getMe').length;

async function opsOf(worker: AppProcess, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${worker.ports.ops}/${path}`)).text();
}

describe('an outage of Telegram', () => {
  it.each([502, 504, 401])(
    'with %i loses no events, and all chats go on in order',
    async (code) => {
      const { telegram } = system;
      const chats = newChats(40);
      const before = { probes: probes(), texts: telegram.texts().length };
      const seen = workers.map((worker) => worker.output().length);
      const comeBack = telegram.onCall(() => ({ error: code }));
      await pushAll(chats, OUTAGE_MS);
      const [first] = workers;
      expect(await opsOf(first!, 'readyz')).toMatch(
        /"running":true.*"telegram":"unavailable for \d+ s"/,
      );
      expect(await opsOf(first!, 'metrics')).toMatch(
        /chatlane_telegram_away_seconds\{scope="deployment"\} [1-9]/,
      );
      // One probe at a time for the whole deployment: separate probes of each worker would be three times as many.
      expect(probes() - before.probes).toBeLessThan(WORKERS + OUTAGE_MS / 500);
      const failed = telegram.texts().length;
      // Turns that are running when the outage begins send their calls up to three times each. No other turn starts.
      expect(failed - before.texts).toBeLessThanOrEqual(3 * chats.length);
      comeBack();
      await expectAllAnswered(chats, failed);
      for (const [index, worker] of workers.entries()) {
        const output = (): string => worker.output().slice(seen[index]);
        await until(() => output().includes('Telegram is back'));
        expect(output()).toContain('Telegram is unreachable');
      }
    },
  );

  it('without any connection loses no events, and all chats go on in order', async () => {
    const chats = newChats(20);
    const before = system.telegram.texts().length;
    const comeBack = await system.telegram.goAway();
    await pushAll(chats, OUTAGE_MS);
    expect(system.telegram.texts().slice(before)).toEqual([]);
    await comeBack();
    await expectAllAnswered(chats, before);
  });

  // Must be the last test, because all workers exit and Telegram stays down.
  it('does not delay the shutdown of a worker', async () => {
    await system.telegram.goAway();
    await pushAll(newChats(5), 1_000);
    await until(async () => (await opsOf(workers[0]!, 'readyz')).includes('unavailable for'));
    for (const worker of workers) worker.kill('SIGTERM');
    expect(await Promise.all(workers.map(({ exited }) => exited))).toEqual(
      Array(WORKERS).fill({ code: 0, signal: null }),
    );
    expect(await system.lanes()).toMatchObject({ held: 0, waking: 5, deadLetters: 0 });
  });
});
