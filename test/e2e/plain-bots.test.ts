import { fileURLToPath } from 'node:url';
import type { AppProcess } from '@chatlane/processes';
import { until } from '@chatlane/testing';
import { meet } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem({ workers: 0, timeScale: 1, workerEnv: { LOG_LEVEL: 'error' } });
});
afterEach(killWorkers);
afterAll(() => system.stop());

/** Runs a bot without imports from Chatlane. */
async function run(file: string, workers = 1): Promise<void> {
  const BOT_MODULE = fileURLToPath(new URL(`../harness/bots/${file}`, import.meta.url));
  await Promise.all(Array.from({ length: workers }, () => system.startWorker({ BOT_MODULE })));
}

async function killWorkers(): Promise<void> {
  const workers = [...system.workers];
  for (const worker of workers) worker.kill('SIGKILL');
  await Promise.all(workers.map(({ exited }) => exited));
}

async function metric({ ports }: AppProcess, sample: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${ports.ops}/metrics`)).text();
  const line = metrics.split('\n').find((each) => each.startsWith(`${sample} `));
  return Number(line?.split(' ')[1] ?? 0);
}

describe('a plain Telegraf bot without imports from Chatlane', () => {
  it('keeps its session when its worker is killed, and can clear it', async () => {
    await run('session-bot.cjs');
    const ann = await meet(system);
    expect(await ann.ask('/start')).toEqual(['What is your name?']);
    expect(await ann.ask('Ann')).toEqual(['How old are you?']);
    await system.untilQuiet();
    await killWorkers();
    await run('session-bot.cjs');
    expect(await ann.ask('36')).toEqual(['Name: Ann\nAge: 36']);
    expect(await ann.ask('37')).toEqual(['Send /start']);
    const bob = await meet(system);
    expect(await bob.ask('Bob')).toEqual(['Send /start']);
  });

  it('keeps its scene and the state passed from one scene to the next', async () => {
    await run('scenes-bot.mjs');
    const ann = await meet(system);
    expect(await ann.ask('/start')).toEqual(['Enter your name']);
    expect(await ann.ask('Ann', 2)).toEqual(['Noted', 'Enter your age']);
    await system.untilQuiet();
    await killWorkers();
    await run('scenes-bot.mjs');
    expect(await ann.ask('36')).toEqual(['Name: Ann, Age: 36']);
    expect(await ann.ask('hello')).toEqual(['Send /start']);
    await ann.ask('/start');
    expect((await ann.ask('/cancel', 2)).sort()).toEqual(['Cancelled', 'Noted']);
    expect(await ann.ask('hello')).toEqual(['Send /start']);
  });

  it('continues a wizard when its worker is killed in the middle of a turn', async () => {
    await run('wizard-bot.mjs', 2);
    const ann = await meet(system);
    expect(await ann.ask('hello')).toEqual(['Send /register']);
    expect(await ann.ask('/register')).toEqual(['Enter name']);

    // The 429 makes a worker wait while it holds the chat's lane and has not answered yet.
    await system.play('/play/faults', {
      kind: 'call-429',
      method: 'sendMessage',
      chat_id: ann.id,
      count: 1,
      retryAfter: 15,
    });
    await ann.write('Ann');
    const waits = 'chatlane_telegram_flood_wait_seconds_total{method="sendMessage"}';
    const waited = () => Promise.all(system.workers.map((worker) => metric(worker, waits)));
    await until(async () => (await waited()).some((seconds) => seconds !== 0));
    const holder = (await waited()).findIndex((seconds) => seconds > 0);
    const pending = 'chatlane_middleware_total{what="calls-pending"}';
    expect(await metric(system.workers[holder]!, pending)).toBeGreaterThan(0);
    system.workers[holder]!.kill('SIGKILL');

    expect(await ann.hears(1)).toEqual(['Enter email']);
    expect(await ann.ask('ann@example.com')).toEqual(['Saved:\nAnn\nann@example.com']);
    expect(await ann.ask('hello')).toEqual(['Send /register']);
    expect(await system.operator.deadLetters.count()).toBe(0);
  });
});
