import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess } from '@chatlane/tooling';
import { until } from './bot-api.testkit.js';
import { openStage, type Stage } from './worker.testkit.js';

const WORKERS = 3;
const MESSAGES = 3;
const OUTAGE_MS = 5_000;

let stage: Stage;
let workers: AppProcess[];
beforeEach(async () => {
  stage = await openStage('await ctx.reply(text);');
  workers = await Promise.all(Array.from({ length: WORKERS }, () => stage.startWorker()));
});
afterEach(() => stage.stop());

/** One message after another to each of the chats. */
async function pushAll(chats: number, overMs: number): Promise<void> {
  for (let message = 1; message <= MESSAGES; message += 1) {
    for (let chat = 1; chat <= chats; chat += 1) {
      await stage.push(chat, message * 1_000 + chat, `${chat}.${message}`);
    }
    await sleep(overMs / MESSAGES);
  }
}

/** The texts that each chat got, without those that Telegram answered with an error. */
function answersOf(chat: number, failed: number): string[] {
  return stage.api
    .texts()
    .slice(failed)
    .filter((text) => text.startsWith(`${chat}.`));
}

async function expectAllAnswered(chats: number, failed: number): Promise<void> {
  await until(async () => (await stage.lanes()).oldestEventMs === 0);
  for (let chat = 1; chat <= chats; chat += 1) {
    expect(answersOf(chat, failed)).toEqual([1, 2, 3].map((message) => `${chat}.${message}`));
  }
  expect(await stage.lanes()).toMatchObject({ deadLetters: 0, resting: 0 });
}

const probes = (): number => stage.api.calls.filter(({ method }) => method === 'getMe').length;

async function opsOf(worker: AppProcess, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${worker.ports.ops}/${path}`)).text();
}

describe('an outage of Telegram', () => {
  it.each([502, 504, 401])('with %i buries nothing, and all chats go on in order', async (code) => {
    const { api } = stage;
    const before = probes();
    api.failWith(code);
    await pushAll(40, OUTAGE_MS);
    const [first] = workers;
    expect(await opsOf(first!, 'readyz')).toMatch(/"running":true.*"telegram":"away for \d+ s"/);
    expect(await opsOf(first!, 'metrics')).toMatch(
      /chatlane_telegram_away_seconds\{scope="deployment"\} [1-9]/,
    );
    // One at a time for the deployment: each worker by itself would send three times as many.
    expect(probes() - before).toBeLessThan(WORKERS + OUTAGE_MS / 500);
    const failed = api.texts().length;
    // The turns in hand when it begins send their calls, up to three times each. No other turn begins.
    expect(failed).toBeLessThanOrEqual(3 * 40);
    api.failWith(undefined);
    await expectAllAnswered(40, failed);
    for (const worker of workers) {
      await until(() => worker.output().includes('Telegram is back'));
      expect(worker.output()).toContain('Telegram is away');
    }
  });

  it('without any connection buries nothing, and all chats go on in order', async () => {
    const comeBack = await stage.api.goAway();
    await pushAll(20, OUTAGE_MS);
    expect(stage.api.texts()).toEqual([]);
    await comeBack();
    await expectAllAnswered(20, 0);
  });

  it('does not delay the stop of a worker', async () => {
    await stage.api.goAway();
    await pushAll(5, 1_000);
    await until(async () => (await opsOf(workers[0]!, 'readyz')).includes('away for'));
    for (const worker of workers) worker.kill('SIGTERM');
    expect(await Promise.all(workers.map(({ exited }) => exited))).toEqual(
      Array(WORKERS).fill({ code: 0, signal: null }),
    );
    expect(await stage.lanes()).toMatchObject({ held: 0, waking: 5, deadLetters: 0 });
  });
});
