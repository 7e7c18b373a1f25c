import type { AppProcess } from '@chatlane/processes';
import { until } from './telegram.testkit.js';
import { startWorkerSystem, type WorkerSystem } from './worker.testkit.js';

let system: WorkerSystem;
let worker: AppProcess;
const lines: string[] = [];

beforeAll(async () => {
  system = await startWorkerSystem(`
    ctx.reply(text);
    if (text === 'chain') (async () => { await ctx.reply('first'); await ctx.reply('second'); })();`);
  worker = await system.startWorker({ LOG_LEVEL: 'warn' }, (line) => lines.push(line));
});

afterAll(() => system.stop());

const counted = 'chatlane_middleware_total{what="calls-pending"}';

describe('calls that the handler did not await', () => {
  it('are sent before the next turn of the chat, and such turns are counted', async () => {
    await system.push(1, 1, 'chain');
    await system.push(1, 2, 'a private word');
    await until(() => system.telegram.texts().includes('a private word'));
    expect(system.telegram.texts()).toEqual(['chain', 'first', 'second', 'a private word']);
    await until(async () => (await system.lanes()).held === 0);
    const metrics = await (await fetch(`http://127.0.0.1:${worker.ports.ops}/metrics`)).text();
    expect(metrics).toContain(`${counted} 2\n`);

    // The method is logged once, the text never.
    const warnings = lines.filter((line) => line.includes('calls pending'));
    expect(warnings).toEqual([expect.stringContaining('sendMessage')]);
    expect(lines.join()).not.toContain('a private word');
  });

  it('may fail without failing the turn, and the worker logs the method', async () => {
    system.telegram.world.users.setBlocking(2, true);
    while (!lines.join().includes('no handler awaited')) {
      await system.push(2, Math.floor(Math.random() * 1e9), 'refuse');
      await until(async () => (await system.lanes()).held === 0);
    }
    expect(lines.join()).toContain('"method":"sendMessage","errorCode":403');
    const health = await fetch(`http://127.0.0.1:${worker.ports.ops}/healthz`);
    expect(health.status).toBe(200);
    expect(await system.lanes()).toMatchObject({ oldestEventMs: 0 });
  });
});
